//! What is proven about the whole: arrows between crates, end-to-end runs, screens. Each file says what it proves.
