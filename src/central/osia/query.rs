//! The query of a request, and who asks.

use super::No;
use super::clients::Scope;
use crate::api::App;
use crate::error::CentralError;
use axum::extract::{FromRequestParts, RawQuery};
use axum::http::header;
use axum::http::request::Parts;
use std::sync::Arc;
use tram_packet::Digest;

/// Who asks, and what the query says. Every request of OSIA has a `transactionId`.
pub(super) struct Asked {
    client: String,
    scopes: Vec<Scope>,
    pairs: Vec<(String, String)>,
}

impl FromRequestParts<Arc<App>> for Asked {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, No> {
        let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or(No::Nobody)?.trim().to_owned();
        let known = crate::api::blocking(app, move |app| app.centre.client(Digest::of(token.as_bytes())));
        let (client, scopes) = known.await?.ok_or(No::Nobody)?;
        let RawQuery(query) = RawQuery::from_request_parts(parts, app)
            .await
            .map_err(|never| No::Failed(CentralError::Setup(never.to_string())))?;
        let pairs = parse(query.as_deref().unwrap_or_default())?;
        let asked = Self { client, scopes, pairs };
        asked.one("transactionId")?.ok_or_else(|| No::Bad("transactionId is needed".into()))?;
        Ok(asked)
    }
}

impl Asked {
    /// Whose token it is, if it may do this.
    pub(super) fn may(&self, scope: Scope) -> Result<&str, No> {
        if self.scopes.contains(&scope) {
            Ok(&self.client)
        } else {
            Err(No::Forbidden("this token may not do that"))
        }
    }

    /// A parameter that may be there once.
    pub(super) fn one(&self, name: &str) -> Result<Option<&str>, No> {
        let mut values = self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = values.next();
        if values.next().is_some() {
            return Err(No::Bad(format!("{name} is there twice")));
        }
        Ok(value)
    }

    /// A parameter that may be there often.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    /// A truth value, false where it is not there.
    pub(super) fn flag(&self, name: &str) -> Result<bool, No> {
        match self.one(name)? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(No::Bad(format!("{name} is true or false"))),
        }
    }

    /// A whole number; one below zero counts as zero, one that is too large as the largest.
    pub(super) fn number(&self, name: &str, default: usize) -> Result<usize, No> {
        let Some(text) = self.one(name)? else { return Ok(default) };
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_digit()) {
            return Err(No::Bad(format!("{name} is a whole number")));
        }
        Ok(if digits.len() < text.len() { 0 } else { digits.parse().unwrap_or(usize::MAX) })
    }
}

/// The pairs of a query (WHATWG URL, 5.1).
fn parse(query: &str) -> Result<Vec<(String, String)>, No> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(text: &str) -> Result<String, No> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next().unwrap_or_default()).to_digit(16);
                let high = digit();
                let code = high.zip(digit()).map(|(high, low)| high * 16 + low);
                code.and_then(|code| u8::try_from(code).ok())
                    .ok_or_else(|| No::Bad("the query is not encoded as one".into()))?
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).map_err(|_malformed| No::Bad("the query is not in UTF-8".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_as_they_are_written() {
        let asked = |query| Asked { client: String::new(), scopes: Vec::new(), pairs: parse(query).unwrap() };
        let some = asked("transactionId=a%20b+c&attributes=x&attributes=%C4%91&limit=-3&finalize=true");
        assert_eq!(some.one("transactionId").unwrap(), Some("a b c"));
        assert_eq!(some.all("attributes"), ["x", "đ"]);
        assert_eq!((some.number("limit", 7).unwrap(), some.number("offset", 7).unwrap()), (0, 7));
        assert!(some.flag("finalize").unwrap() && !some.flag("other").unwrap());
        assert!(some.one("attributes").is_err(), "twice");
        assert!(
            asked("limit=many").number("limit", 1).is_err() && asked("finalize=1").flag("finalize").is_err()
        );
        assert!(parse("a=%4").is_err() && parse("a=%ff").is_err());
    }
}
