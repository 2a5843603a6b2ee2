//! Who a client is: an owner, proven by a token that only this server can have made.
//!
//! Not an actor: its state is one key, which never changes. A token is the owner's id and a hash of it under the key; nothing
//! is kept for it, so a client that lost its sessions still is who it was.

use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::store::StoreError;

const FILE: &str = "owner.key";
const FILE_UNFINISHED: &str = "owner.key.new";
const KEY_BYTES: usize = 32;

/// Parts the text from its hash; in no hash and in no id.
const MARK: char = '.';

/// A client.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnerId(Box<str>);

impl OwnerId {
    /// One that was verified before it was written down.
    pub(crate) fn known(id: &str) -> OwnerId {
        OwnerId(id.into())
    }

    /// The id in lower-case hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OwnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OwnerId({})", self.0)
    }
}

/// The key that tokens and cookies of this server are made with; cheap to clone.
#[derive(Clone)]
pub struct OwnerKey([u8; KEY_BYTES]);

impl fmt::Debug for OwnerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnerKey(…)")
    }
}

impl OwnerKey {
    /// A key that nobody knows.
    #[must_use]
    pub fn random() -> OwnerKey {
        let mut hasher = blake3::Hasher::new();
        // Each brings 122 random bits.
        for _ in 0..4 {
            hasher.update(Uuid::new_v4().as_bytes());
        }
        OwnerKey(*hasher.finalize().as_bytes())
    }

    /// The key of a data folder; made when it has none. The caller holds the folder's lock. Blocks.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or written, or holds no key.
    pub fn in_folder(data: &Path) -> Result<OwnerKey, StoreError> {
        let failed = |source| StoreError::Io { what: format!("the key of tokens, {FILE}"), source };
        match fs::read(data.join(FILE)) {
            Ok(bytes) => {
                let key = bytes.try_into().map_err(|_| failed(io::Error::other("it does not have 32 bytes")))?;
                Ok(OwnerKey(key))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = OwnerKey::random();
                key.write_to(data).map_err(failed)?;
                Ok(key)
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn write_to(&self, data: &Path) -> io::Result<()> {
        let unfinished = data.join(FILE_UNFINISHED);
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        file.write_all(&self.0)?;
        file.sync_all()?;
        fs::rename(unfinished, data.join(FILE))?;
        fs::File::open(data)?.sync_all()
    }

    /// A new client, and its token.
    #[must_use]
    pub fn new_owner(&self) -> (OwnerId, String) {
        let id = Uuid::new_v4().simple().to_string();
        let token = format!("{id}{MARK}{}", self.hash("owner", &id));
        (OwnerId(id.into_boxed_str()), token)
    }

    /// Whose token it is; `None` when this server did not make it.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<OwnerId> {
        self.verified("owner", token).map(|id| OwnerId(id.into()))
    }

    /// `TEXT.HASH`, for what a client carries for us and must not change.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        format!("{text}{MARK}{}", self.hash("text", text))
    }

    /// The text of what [`OwnerKey::sign`] made.
    #[must_use]
    pub fn verify_signed<'a>(&self, signed: &'a str) -> Option<&'a str> {
        self.verified("text", signed)
    }

    fn verified<'a>(&self, purpose: &str, signed: &'a str) -> Option<&'a str> {
        let (text, hash) = signed.rsplit_once(MARK)?;
        let hash = blake3::Hash::from_hex(hash).ok()?;
        // Hashes compare in constant time.
        (self.keyed(purpose, text) == hash).then_some(text)
    }

    fn hash(&self, purpose: &str, text: &str) -> String {
        self.keyed(purpose, text).to_hex().to_string()
    }

    fn keyed(&self, purpose: &str, text: &str) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(purpose.as_bytes()).update(&[0]).update(text.as_bytes());
        hasher.finalize()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn token_proves_its_owner_and_nothing_else_does() {
        let (key, other) = (OwnerKey::random(), OwnerKey::random());
        let (owner, token) = key.new_owner();
        assert_eq!(key.verify(&token), Some(owner.clone()));
        assert_eq!(other.verify(&token), None);
        assert_eq!(key.verify(&token.replace(owner.as_str(), "0")), None);
        assert_eq!(key.verify(&key.sign(owner.as_str())), None, "a cookie of another purpose is no token");
        for nonsense in ["", ".", "a.b", owner.as_str()] {
            assert_eq!(key.verify(nonsense), None);
        }
    }

    #[test]
    fn what_was_signed_is_told_from_what_was_changed() {
        let key = OwnerKey::random();
        let signed = key.sign("one.two");
        assert_eq!(key.verify_signed(&signed), Some("one.two"));
        assert_eq!(key.verify_signed(&signed.replace("two", "six")), None);
    }

    #[test]
    fn key_of_a_folder_stays_and_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let (owner, token) = OwnerKey::in_folder(folder.path()).unwrap().new_owner();
        assert_eq!(OwnerKey::in_folder(folder.path()).unwrap().verify(&token), Some(owner));
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(folder.path().join(FILE), "short").unwrap();
        assert!(matches!(OwnerKey::in_folder(folder.path()), Err(StoreError::Io { .. })));
    }
}
