//! Clients that say nothing. A connection is one of a bounded number, so whoever is silent for too long is put out; a
//! link may be as slow as it likes, as long as something comes.

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::map_request;
use hyper::body::{Frame, SizeHint};
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io::ErrorKind;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Sleep;

/// How long one waits for a client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// For the whole head of a request, from when the last one was answered.
    pub(crate) head: Duration,
    /// For the next bytes of a body.
    pub(crate) body: Duration,
}

/// Serves a connection until it ends or its client is silent for too long.
pub(crate) async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    patience: Patience,
) -> hyper::Result<()> {
    let patient = map_request(move |request: Request| async move {
        request.map(|body| Body::new(Heard { body, patience: patience.body, silent: None }))
    });
    let service = TowerToHyperService::new(router.layer(patient));
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(patience.head);
    builder.serve_connection(TokioIo::new(stream), service).await
}

/// A body that ends with an error when nothing more comes.
struct Heard {
    body: Body,
    patience: Duration,
    /// Runs while the next bytes are waited for.
    silent: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for Heard {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.silent = None;
            return Poll::Ready(frame);
        }
        let patience = self.patience;
        ready!(
            self.silent.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience))).as_mut().poll(context)
        );
        Poll::Ready(Some(Err(axum::Error::new(std::io::Error::from(ErrorKind::TimedOut)))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::post;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const HEAD: &str = "POST / HTTP/1.1\r\nhost: TEST\r\ncontent-length: 8\r\nconnection: close\r\n\r\n";

    /// What a client hears who says these pieces, one every 200 ms, and then nothing more.
    async fn heard(pieces: &[&str]) -> String {
        let patience = Patience { head: Duration::from_millis(600), body: Duration::from_millis(600) };
        let router = Router::new().route("/", post(|body: String| async move { format!("heard {body}") }));
        let (mut client, server) = tokio::io::duplex(4096);
        let served = tokio::spawn(converse(server, router, patience));
        for piece in pieces {
            client.write_all(piece.as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let mut answer = String::new();
        let ended = async {
            client.read_to_string(&mut answer).await.unwrap();
            served.await.unwrap().ok();
        };
        tokio::time::timeout(Duration::from_secs(10), ended).await.expect("it was not put out");
        answer
    }

    #[tokio::test]
    async fn the_silent_are_put_out_and_the_slow_are_heard() {
        for silent in
            [&[][..], &["P"], &["PRI * HTTP/2"], &["POST / HTTP/1.1\r\nhost:"], &[HEAD], &[HEAD, "abc"]]
        {
            assert!(!heard(silent).await.contains("200 OK"), "{silent:?}");
        }
        let slow = heard(&[HEAD, "a", "b", "c", "d", "e", "f", "g", "h"]).await;
        assert!(slow.contains("200 OK") && slow.ends_with("heard abcdefgh"), "{slow}");
    }
}
