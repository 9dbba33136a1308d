//! As much of HTTP as a benchmark needs to ask a server of ours on this machine: one connection a request, no compression.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Somebody who is signed in.
pub(super) struct Client {
    /// Host and port.
    authority: String,
    cookie: String,
}

/// An answer, and how long it took.
pub(super) struct Reply {
    pub(super) body: String,
    pub(super) took: Duration,
}

impl Client {
    /// Signs in at an address as the server prints it.
    pub(super) fn sign_in(address: &str, name: &str, password: &str) -> anyhow::Result<Self> {
        let authority = address.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let mut client = Self { authority, cookie: String::new() };
        let body = format!("{{\"name\":\"{name}\",\"password\":\"{password}\"}}");
        let (head, _) = client.exchange("POST", "session", &body)?;
        let cookie = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next().unwrap_or(value).trim().to_owned())
        });
        client.cookie = cookie.context("the server sent no cookie")?;
        Ok(client)
    }

    /// Asks a route below `/api/v1/`. An empty body is none.
    pub(super) fn ask(&self, method: &str, route: &str, body: &str) -> anyhow::Result<Reply> {
        let began = Instant::now();
        let (_, body) = self.exchange(method, route, body)?;
        Ok(Reply { body, took: began.elapsed() })
    }

    fn exchange(&self, method: &str, route: &str, body: &str) -> anyhow::Result<(String, String)> {
        let Self { authority, cookie } = self;
        let mut stream = TcpStream::connect(authority)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let length = body.len();
        let request = format!(
            "{method} /api/v1/{route} HTTP/1.1\r\nHost: {authority}\r\nOrigin: http://{authority}\r\nCookie: {cookie}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8(answer).context("the answer is no text")?;
        let (head, body) = answer.split_once("\r\n\r\n").context("the answer has no head")?;
        let status = head.split_whitespace().nth(1).unwrap_or_default();
        if !status.starts_with('2') {
            bail!("`{method} {route}` was answered with {status}: {body}");
        }
        Ok((head.to_owned(), body.to_owned()))
    }
}

impl Reply {
    /// The number first written under a name.
    pub(super) fn number(&self, name: &str) -> anyhow::Result<u64> {
        let rest = self.after(name)?;
        let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().with_context(|| format!("`{name}` is no number"))
    }

    /// Whether the value first written under a name is `true`.
    pub(super) fn is(&self, name: &str) -> anyhow::Result<bool> {
        Ok(self.after(name)?.starts_with("true"))
    }

    fn after(&self, name: &str) -> anyhow::Result<&str> {
        let key = format!("\"{name}\":");
        let place = self.body.find(&key).with_context(|| format!("the answer has no `{name}`"))?;
        Ok(self.body[place + key.len()..].trim_start())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_name() {
        let reply = Reply { body: r#"{"id":12,"is_running":true,"done": 5}"#.to_owned(), took: Duration::ZERO };
        assert_eq!(reply.number("id").unwrap(), 12);
        assert_eq!(reply.number("done").unwrap(), 5);
        assert!(reply.is("is_running").unwrap());
        assert!(reply.number("changed").is_err());
    }
}
