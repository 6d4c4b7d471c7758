//! Words that go with an action: asked for in a line at the bottom, and asked for again where nothing could come of them.

use super::App;
use crate::ui::action::Action;
use crate::ui::overlay::Overlay;
use crate::ui::reviewing::Reviewing;
use crate::ui::worker::Request;

impl App {
    /// Asks for them, beginning with what is known of them.
    pub(super) fn ask_words(&mut self, action: Action, begun: &str) {
        self.overlay = match (action, action.asks_for()) {
            (Action::AsOf, _) => Some(Overlay::as_of(begun)),
            (_, Some(label)) => Some(Overlay::words(action, label, begun)),
            _ => None,
        };
    }

    /// They are not lost before it is known what comes of them.
    pub(super) fn remember_words(&mut self, action: Action, words: &str) {
        let are_asked_for = action == Action::AsOf || action.asks_for().is_some();
        self.told = (are_asked_for && !words.is_empty()).then(|| (action, words.to_owned()));
    }

    /// Nothing came of them: they are there again, to be put right, unless the person is elsewhere by now.
    pub(super) fn ask_words_again(&mut self, while_doing: &str) {
        if let Some((action, words)) = self.told.take_if(|(action, _)| awaits(*action) == while_doing)
            && self.overlay.is_none()
        {
            self.ask_words(action, &words);
        }
    }
}

/// What goes on until it is known what comes of an action's words.
fn awaits(action: Action) -> &'static str {
    match action {
        Action::AsOf => Request::AS_OF,
        Action::SaveView => Request::PREPARING,
        Action::Propose => Reviewing::PROPOSING,
        _ => Reviewing::SAYING,
    }
}
