//! A bound to the memory libgit2 takes for a read.
//!
//! A few bytes in a repository can stand for an object of gigabytes. libgit2 can be asked for an object's size before it
//! is read, but in a pack it walks all the deltas for that, under a lock that the other threads wait for: reading a
//! register took half as long again. So the read itself is bounded: libgit2 gets its memory from here, and while a
//! thread has set a bound, no single piece of it is larger. Where none is set, as in a walk over commits, [`LARGEST`]
//! holds: nothing that is read here comes near it, unless somebody made it so large on purpose.

use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;

use libgit2_sys::{GIT_OPT_SET_ALLOCATOR, git_libgit2_opts};

use super::Ledger;

/// The most memory in one piece, whatever is read.
pub(super) const LARGEST: usize = 96 * 1024 * 1024;

thread_local! {
    static LARGEST_PIECE: Cell<usize> = const { Cell::new(LARGEST) };
}

/// Runs libgit2 with a bound: it fails like out of memory where it would need more than `bytes` in one piece.
pub(super) fn at_most<T>(bytes: usize, read: impl FnOnce() -> T) -> T {
    struct Restore(usize);
    impl Drop for Restore {
        fn drop(&mut self) {
            LARGEST_PIECE.set(self.0);
        }
    }
    let _restore = Restore(LARGEST_PIECE.replace(bytes));
    read()
}

/// libgit2's `git_allocator` (`git2/sys/alloc.h`).
#[repr(C)]
struct Allocator {
    malloc: unsafe extern "C" fn(usize, *const c_char, c_int) -> *mut c_void,
    realloc: unsafe extern "C" fn(*mut c_void, usize, *const c_char, c_int) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void),
}

unsafe extern "C" fn malloc(bytes: usize, _file: *const c_char, _line: c_int) -> *mut c_void {
    if bytes > LARGEST_PIECE.get() {
        return ptr::null_mut();
    }
    // SAFETY: any size can be asked for.
    unsafe { libc::malloc(bytes) }
}

unsafe extern "C" fn realloc(
    piece: *mut c_void,
    bytes: usize,
    _file: *const c_char,
    _line: c_int,
) -> *mut c_void {
    if bytes > LARGEST_PIECE.get() {
        return ptr::null_mut();
    }
    // SAFETY: libgit2 gives back what it got from one of these functions or, before they were set, from its own, which
    // are the same underneath; it was not freed.
    unsafe { libc::realloc(piece, bytes) }
}

unsafe extern "C" fn free(piece: *mut c_void) {
    // SAFETY: as for `realloc`.
    unsafe { libc::free(piece) }
}

/// Makes libgit2 ask here for memory, for the whole process and as long as it lives.
pub(super) fn watch_memory() {
    static ALLOCATOR: Allocator = Allocator { malloc, realloc, free };
    // SAFETY: libgit2 copies the structure, whose layout is its own, and all three functions are there.
    unsafe { git_libgit2_opts(GIT_OPT_SET_ALLOCATOR as c_int, &raw const ALLOCATOR) };
}

impl Ledger {
    /// Gives memory that is free back to the system. glibc by itself keeps what lies between pieces still in use, and
    /// reading a register frees about as much as it leaves.
    pub fn give_memory_back() {
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        // SAFETY: it may be called at any time, on any thread.
        unsafe {
            libc::malloc_trim(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use git2::{ObjectType, Repository};

    use super::*;

    #[test]
    fn a_read_is_bounded_on_its_thread_and_for_its_time() {
        watch_memory();
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init(folder.path()).unwrap();
        let id = repository.blob(&[b'x'; 100_000]).unwrap();
        let read = || {
            let odb = Repository::open(folder.path()).unwrap();
            odb.odb().unwrap().read(id).map(|object| (object.kind(), object.len()))
        };
        at_most(50_000, || {
            assert!(read().is_err());
            std::thread::scope(|scope| assert!(scope.spawn(read).join().unwrap().is_ok()));
            assert_eq!(at_most(200_000, read), Ok((ObjectType::Blob, 100_000)));
            assert!(read().is_err());
        });
        assert_eq!(read(), Ok((ObjectType::Blob, 100_000)));
    }
}
