//! Expressions over profiles: `prod`, `!dev`, `prod & (eu | us)`, and lists of them, of which one has to hold.

/// The length up to which an expression is read, in bytes; it bounds the nesting.
const LENGTH_LIMIT: usize = 400;

/// Whether an expression, or one of a list with commas, holds while some profiles are active. What is no expression
/// does not.
pub fn holds(expressions: &str, is_active: &dyn Fn(&str) -> bool) -> bool {
    let holds = |expression: &str| {
        let mut reader = Reader { tokens: tokens(expression), at: 0, is_active };
        let value = reader.any();
        value.filter(|_| reader.at == reader.tokens.len()) == Some(true)
    };
    expressions.len() <= LENGTH_LIMIT && expressions.split(',').any(holds)
}

/// The profiles that an expression asks for, without those that it only excludes.
pub fn asked(expressions: &str) -> Vec<&str> {
    let tokens: Vec<_> = expressions.split(',').flat_map(tokens).collect();
    let is_name = |token: &str| !["!", "&", "|", "(", ")"].contains(&token);
    let before = |at: usize| at.checked_sub(1).and_then(|at| tokens.get(at)).copied();
    let asked = tokens.iter().enumerate().filter(|(at, token)| is_name(token) && before(*at) != Some("!"));
    asked.map(|(_, token)| *token).collect()
}

fn tokens(expression: &str) -> Vec<&str> {
    let signs: &[char] = &['!', '&', '|', '(', ')'];
    let words = expression.split_inclusive(signs).flat_map(|part| match part.strip_suffix(signs) {
        Some(word) => [word, &part[word.len()..]],
        None => [part, ""],
    });
    words.map(str::trim).filter(|word| !word.is_empty()).collect()
}

struct Reader<'text> {
    tokens: Vec<&'text str>,
    at: usize,
    is_active: &'text dyn Fn(&str) -> bool,
}

impl Reader<'_> {
    fn accept(&mut self, token: &str) -> bool {
        let is_next = self.tokens.get(self.at) == Some(&token);
        self.at += usize::from(is_next);
        is_next
    }

    fn any(&mut self) -> Option<bool> {
        let mut value = self.all()?;
        while self.accept("|") {
            value |= self.all()?;
        }
        Some(value)
    }

    fn all(&mut self) -> Option<bool> {
        let mut value = self.one()?;
        while self.accept("&") {
            value &= self.one()?;
        }
        Some(value)
    }

    fn one(&mut self) -> Option<bool> {
        if self.accept("!") {
            return self.one().map(|value| !value);
        }
        if self.accept("(") {
            return self.any().filter(|_| self.accept(")"));
        }
        let name = *self.tokens.get(self.at)?;
        self.at += 1;
        Some((self.is_active)(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_hold_as_spring_takes_them() {
        let active = |name: &str| ["prod", "eu"].contains(&name);
        for expression in ["prod", "!dev", "dev, prod", "prod & eu", "dev | eu", "prod & (us | eu)", "!(dev | us)"] {
            assert!(holds(expression, &active), "{expression}");
        }
        for expression in ["dev", "!prod", "prod & !eu", "us | dev", "", "(", "prod eu)", "prod &", "!"] {
            assert!(!holds(expression, &active), "{expression}");
        }
        assert!(!holds(&"!".repeat(100_000), &active) && !holds(&"(".repeat(100_000), &active));
    }

    #[test]
    fn asked_profiles_are_those_without_a_negation() {
        assert_eq!(asked("prod & !eu, (test | qa)"), ["prod", "test", "qa"]);
    }
}
