//! The word that somebody meant who wrote another.

/// How many changes make a word another one.
const FAR: usize = 4;

/// The word nearest to the one written, if one is near.
pub fn nearest<'known>(written: &str, known: impl IntoIterator<Item = &'known str>) -> Option<&'known str> {
    let distances = known.into_iter().map(|word| (distance(word, written), word));
    let limit = FAR.min(written.len() / 2 + 1);
    distances.min_by_key(|(distance, _)| *distance).filter(|(distance, _)| *distance <= limit).map(|(_, word)| word)
}

/// How many insertions, deletions and replacements lie between two words.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_proposed_and_far_ones_are_not() {
        let known = ["exclude", "ignore", "path"];
        assert_eq!(nearest("ignored", known), Some("ignore"));
        assert_eq!(nearest("pth", known), Some("path"));
        assert_eq!(nearest("xy", known), None);
        assert_eq!(nearest("severity", known), None);
    }
}
