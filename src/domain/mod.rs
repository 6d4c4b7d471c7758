//! The words of the register, as values.
//!
//! Nothing here knows a disk, git, a terminal or a clock: a day that matters is passed in, a blob id is only a name.
//! Values that are read from files derive their shape from `docs/register-format.md`; what they mean together is
//! `crate::analysis`.

pub mod assessment;
pub mod catalogue;
pub mod change;
pub mod claim;
pub mod company;
pub mod compared;
pub mod day;
pub mod deed;
pub mod entry;
pub mod evidence;
pub mod finding;
pub mod identity;
pub mod ids;
pub mod moment;
pub mod policy;
pub mod proposal;
pub mod remark;
pub mod snapshot;
pub mod status;
pub mod step;
pub mod suggestion;
pub mod text;
pub mod verified;
pub mod view;
pub mod visible;
pub mod waiver;

pub use assessment::{Assessment, Pinned, Slot};
pub use catalogue::{Catalogue, Commitment, Level, Limit, Measure, Requirement, Scope};
pub use change::{Change, Decision, Filing, NewModel, NewPosition, NewView};
pub use claim::Claim;
pub use company::{Company, Known, Model, Position, Stance};
pub use day::{Day, PartialDay};
pub use deed::Deed;
pub use entry::{Entry, EntryKind, Judged};
pub use evidence::{Access, Checked, Evidence, EvidenceKind};
pub use finding::{Finding, Place, Rule};
pub use ids::{Chapter, CommitmentRef, CompanyId, ContentId, EvidenceId, Letter, MeasureRef, ModelId, Ref};
pub use moment::Moment;
pub use proposal::Proposal;
pub use remark::{Remark, Verdict};
pub use snapshot::{Snapshot, Source};
pub use status::{Basis, Status};
pub use step::Step;
pub use text::Text;
pub use waiver::Waiver;
