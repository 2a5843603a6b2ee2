//! Where the bytes come from: buffering, decompression, hashing, counting.
