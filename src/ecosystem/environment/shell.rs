//! Words of a shell: quotes, escapes, comments, here-documents. Nothing is expanded.

use super::text::Text;

/// What ends a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// Blanks, operators and comments, as in a script.
    Script,
    /// Blanks alone, as in a Dockerfile's `ENV` or a unit's `Environment=`.
    Words,
}

/// The commands of a text, each a list of words without quotes.
pub(super) fn commands(text: &Text, syntax: Syntax) -> Vec<Vec<Text>> {
    let mut scanner = Scanner { text, at: 0, syntax, commands: vec![Vec::new()], word: None, pending: Vec::new() };
    while scanner.step() {}
    scanner.end_word();
    scanner.commands.retain(|command| !command.is_empty());
    scanner.commands
}

struct Scanner<'text> {
    text: &'text Text,
    at: usize,
    syntax: Syntax,
    commands: Vec<Vec<Text>>,
    word: Option<Text>,
    /// The delimiters of here-documents whose bodies follow the line.
    pending: Vec<String>,
}

impl<'text> Scanner<'text> {
    fn rest(&self) -> &'text str {
        &self.text.as_str()[self.at..]
    }

    /// Takes the next character or what it starts; `false` at the end.
    fn step(&mut self) -> bool {
        let Some(character) = self.rest().chars().next() else { return false };
        let is_script = self.syntax == Syntax::Script;
        match character {
            '\n' if is_script => self.end_line(),
            '\\' => self.escape(),
            '\'' | '"' => self.quoted(character),
            '#' if is_script && self.word.is_none() => {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            }
            '$' if is_script && self.rest().starts_with("$(") => self.substitution(),
            ';' | '&' | '|' | '(' | ')' if is_script => {
                self.end_command();
                self.at += 1;
            }
            '<' | '>' if is_script => self.redirection(),
            _ if character.is_whitespace() => {
                self.end_word();
                self.at += character.len_utf8();
            }
            _ => self.take(character),
        }
        true
    }

    /// Adds the next character to the word.
    fn take(&mut self, character: char) {
        let place = self.text.place(self.at..self.at + character.len_utf8());
        let file = self.text.file();
        self.word.get_or_insert_with(|| Text::empty(file, place.start)).push(character, place);
        self.at += character.len_utf8();
    }

    fn start_word(&mut self) {
        let (file, at) = (self.text.file(), self.text.place(self.at..self.at).start);
        self.word.get_or_insert_with(|| Text::empty(file, at));
    }

    fn end_word(&mut self) {
        if let (Some(word), Some(command)) = (self.word.take(), self.commands.last_mut()) {
            command.push(word);
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.commands.push(Vec::new());
    }

    fn end_line(&mut self) {
        self.end_command();
        self.at += 1;
        for delimiter in std::mem::take(&mut self.pending) {
            self.skip_body(&delimiter);
        }
    }

    /// Skips a here-document up to its delimiter.
    fn skip_body(&mut self, delimiter: &str) {
        let mut length = 0;
        for line in self.rest().split_inclusive('\n') {
            length += line.len();
            if line.trim() == delimiter {
                break;
            }
        }
        self.at += length;
    }

    fn escape(&mut self) {
        let next = self.rest()[1..].chars().next();
        match next {
            Some('\n') => self.at += 2,
            Some('\r') if self.rest().starts_with("\\\r\n") => self.at += 3,
            Some(next) => {
                self.at += 1;
                self.take(next);
            }
            None => self.at += 1,
        }
    }

    fn quoted(&mut self, quote: char) {
        self.at += 1;
        self.start_word();
        while let Some(character) = self.rest().chars().next() {
            if character == quote {
                self.at += 1;
                return;
            }
            if quote == '"' && character == '\\' && self.rest()[1..].starts_with(['"', '\\', '$', '`', '\n']) {
                self.escape();
            } else {
                self.take(character);
            }
        }
    }

    /// Takes `$(…)` for a part of the word.
    fn substitution(&mut self) {
        let mut depth = 0_usize;
        while let Some(character) = self.rest().chars().next() {
            self.take(character);
            match character {
                '(' => depth += 1,
                ')' if depth <= 1 => return,
                ')' => depth -= 1,
                _ => {}
            }
        }
    }

    fn redirection(&mut self) {
        self.end_word();
        let operator = self.rest().len() - self.rest().trim_start_matches(['<', '>', '&', '-']).len();
        let is_here_document = self.rest().starts_with("<<") && !self.rest().starts_with("<<<");
        self.at += operator;
        let rest = self.rest();
        let target = rest.trim_start_matches([' ', '\t']);
        let length = target.find(|c: char| c.is_whitespace() || ";&|()<>".contains(c)).unwrap_or(target.len());
        if is_here_document {
            self.pending.push(target[..length].chars().filter(|c| !"'\"\\".contains(*c)).collect());
        }
        self.at += rest.len() - target.len() + length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources};

    fn scan(source: &str, syntax: Syntax) -> Vec<Vec<String>> {
        let sources = Sources::new(vec![SourceFile::new("a", source)]);
        let text = Text::verbatim(sources.find("a").unwrap(), source, 0..source.len());
        let commands = commands(&text, syntax);
        commands.iter().map(|command| command.iter().map(|word| word.as_str().to_owned()).collect()).collect()
    }

    #[test]
    fn words_end_where_a_shell_ends_them() {
        assert_eq!(scan("A=\"b c\" d'e'\\ f&&g # h\ni", Syntax::Script), [&["A=b c", "de f"][..], &["g"], &["i"]]);
        assert_eq!(scan("A=$(b; c) d \\\n e", Syntax::Script), [["A=$(b; c)", "d", "e"]]);
        assert_eq!(scan("a=1;b 'c d'", Syntax::Words), [["a=1;b", "c d"]]);
    }

    #[test]
    fn bodies_of_here_documents_are_no_commands() {
        assert_eq!(scan("cat > f <<'END'\nA=1 b\nEND\nc", Syntax::Script), [["cat"], ["c"]]);
    }

    #[test]
    fn open_quotes_end_with_the_text() {
        assert_eq!(scan("a \"b\\", Syntax::Script), [["a", "b\\"]]);
        assert_eq!(scan("a <<", Syntax::Script), [["a"]]);
        assert_eq!(scan("$((((", Syntax::Script), [["$(((("]]);
        assert_eq!(scan("\\", Syntax::Script), Vec::<Vec<String>>::new());
    }
}
