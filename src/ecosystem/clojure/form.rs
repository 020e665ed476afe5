//! Clojure's maps, vectors, strings and keywords as data; whatever is called is unknown.

use crate::{
    source::{FileId, Span, Spanned},
    syntax::{
        DEPTH_LIMIT,
        words::{self, Kind, Token},
    },
    tree::{Member, Node, Value},
};

/// The forms of a file.
pub(super) struct Forms<'t> {
    id: FileId,
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'t> Forms<'t> {
    /// The forms of a text.
    pub(super) fn new(id: FileId, text: &'t str) -> Forms<'t> {
        Forms { id, text, tokens: words::scan(text, words::CLOJURE), at: 0 }
    }

    /// Every map that is in no other map.
    pub(super) fn maps(&mut self) -> Vec<Node> {
        let mut found = Vec::new();
        while self.at < self.tokens.len() {
            match self.discarded() {
                Some(forms) => self.skip(forms),
                None if self.is(b'{') && !self.is_dispatched() => found.extend(self.form(0)),
                None => self.at += 1,
            }
        }
        found
    }

    fn is(&self, mark: u8) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.kind == Kind::Mark(mark))
    }

    /// Whether a `#` just before makes a set or a function of the brackets here.
    fn is_dispatched(&self) -> bool {
        let start = self.tokens.get(self.at).map_or(0, |token| token.range.start);
        self.text[..start].ends_with('#')
    }

    /// How many forms behind `#_` are no code, if that is what stands here.
    fn discarded(&self) -> Option<usize> {
        let token = self.tokens.get(self.at).filter(|token| token.kind == Kind::Word)?;
        let text = &self.text[token.range.clone()];
        let rest = text.trim_start_matches("#_");
        let count = (text.len() - rest.len()) / 2;
        (count > 0).then(|| count - usize::from(!rest.is_empty()))
    }

    /// Goes past the token here and some forms behind it.
    fn skip(&mut self, forms: usize) {
        self.at += 1;
        for _form in 0..forms {
            self.form(0);
        }
    }

    /// The next form; `None` at a closing bracket or at the end.
    fn form(&mut self, depth: usize) -> Option<Node> {
        while let Some(forms) = self.discarded() {
            self.skip(forms);
        }
        let token = self.tokens.get(self.at)?.clone();
        let text = &self.text[token.range.clone()];
        let value = match token.kind {
            Kind::Mark(b')' | b']' | b'}') => return None,
            Kind::Mark(open @ (b'(' | b'[' | b'{')) => return Some(self.collection(open, depth)),
            Kind::Text if !text.contains('\\') => Value::String(text.to_owned()),
            Kind::Word if text == "true" || text == "false" => Value::Bool(text == "true"),
            Kind::Word if text.starts_with(':') => Value::String(text.trim_start_matches(':').to_owned()),
            _ => Value::Unknown,
        };
        self.at += 1;
        let quote = usize::from(token.kind == Kind::Text);
        let (start, end) = (token.range.start - quote, (token.range.end + quote).min(self.text.len()));
        Some(Node { span: self.span(start, end), value })
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.id, start, end }
    }

    fn collection(&mut self, open: u8, depth: usize) -> Node {
        let start = self.tokens[self.at].range.start;
        let is_data = !self.is_dispatched() && depth < DEPTH_LIMIT;
        let mut forms = Vec::new();
        if depth < DEPTH_LIMIT {
            self.at += 1;
            while let Some(form) = self.form(depth + 1) {
                forms.push(form);
            }
        } else {
            self.pass_over();
        }
        let end = self.tokens.get(self.at).map_or(self.text.len(), |token| token.range.end);
        self.at += 1;
        let value = match open {
            b'{' if is_data => Value::Object(members(forms)),
            b'[' if is_data => Value::Array(forms),
            _ => Value::Unknown,
        };
        Node { span: self.span(start, end), value }
    }

    /// Goes to the bracket that closes the one here.
    fn pass_over(&mut self) {
        let mut depth = 0;
        while let Some(token) = self.tokens.get(self.at) {
            match token.kind {
                Kind::Mark(b'(' | b'[' | b'{') => depth += 1,
                Kind::Mark(b')' | b']' | b'}') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
            self.at += 1;
        }
    }
}

/// Keys and values in turn; a key that is no name is left out.
fn members(forms: Vec<Node>) -> Vec<Member> {
    let mut forms = forms.into_iter();
    let mut found = Vec::new();
    while let (Some(key), Some(value)) = (forms.next(), forms.next()) {
        let name = key.as_str().map(str::to_owned);
        found.extend(name.map(|name| Member { key: Spanned { value: name, span: key.span }, value }));
    }
    found
}
