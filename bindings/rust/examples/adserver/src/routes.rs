//! Requests, and what they may take.
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use tokio::time::timeout;

use crate::failure::Failure;
use crate::rank::{self, Ranking};
use crate::server::Server;

pub fn router(server: Arc<Server>) -> Router {
    let routes = Router::new().route("/rank", post(answer_rank)).route("/metrics", get(answer_metrics));
    routes.route("/healthz", get(answer_health)).with_state(server)
}

async fn answer_rank(State(server): State<Arc<Server>>, request: Request) -> Response {
    let begin = Instant::now();
    let answer = rank(&server, request).await;
    let response = answer.map_or_else(IntoResponse::into_response, |ranking| Json(ranking).into_response());
    server.metrics.answered(begin.elapsed(), response.status());
    response
}

async fn rank(server: &Arc<Server>, request: Request) -> Result<Ranking, Failure> {
    let busy = |what| Failure::new(StatusCode::TOO_MANY_REQUESTS, what);
    let _admitted =
        server.admitted.try_acquire().map_err(|_| busy("as many requests as allowed are at hand"))?;
    let body = read(server, request).await?;
    // A seat is taken for a body that is there: who sends slowly holds none.
    let seat = timeout(server.config.score_timeout, server.seats.clone().acquire_owned()).await;
    let seat = seat.ok().and_then(Result::ok).ok_or_else(|| busy("all seats are taken"))?;
    // On a blocking thread: a request of many candidates computes for milliseconds, in which a worker of the runtime would
    // read, time out and answer nothing else.
    let owned = server.clone();
    let scoring = tokio::task::spawn_blocking(move || {
        let _seat = seat; // until it is done, whether or not someone still waits for it
        rank::rank(&owned, &body)
    });
    match timeout(server.config.score_timeout, scoring).await {
        Err(_) => Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, "not scored in time")),
        Ok(Err(_)) => Err(Failure::internal("a request panicked")),
        Ok(Ok(answer)) => answer,
    }
}

async fn read(server: &Server, request: Request) -> Result<axum::body::Bytes, Failure> {
    let most = server.config.max_body;
    let told =
        request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let large = || Failure::new(StatusCode::PAYLOAD_TOO_LARGE, format!("body: more than {most} bytes"));
    if told.is_some_and(|length: u64| length > most as u64) {
        return Err(large());
    }
    let body: Body = request.into_body();
    match timeout(server.config.read_timeout, to_bytes(body, most)).await {
        Err(_) => Err(Failure::new(StatusCode::REQUEST_TIMEOUT, "body: not there in time")),
        Ok(Err(error)) if is_limit(&error) => Err(large()),
        Ok(Err(error)) => Err(Failure::bad_request(format!("body: {error}"))),
        Ok(Ok(bytes)) => Ok(bytes),
    }
}

fn is_limit(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(found) = cause {
        if found.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = found.source();
    }
    false
}

/// Collecting takes a lock that a save to disk may hold: not for a worker of the runtime.
async fn answer_metrics(State(server): State<Arc<Server>>) -> Response {
    let page = tokio::task::spawn_blocking(move || server.page()).await;
    match page {
        Ok(Ok(page)) => {
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page).into_response()
        }
        Ok(Err(error)) => Failure::internal(&error.to_string()).into_response(),
        Err(_) => Failure::internal("/metrics panicked").into_response(),
    }
}

async fn answer_health(State(server): State<Arc<Server>>) -> Response {
    if server.is_draining() {
        return Failure::new(StatusCode::SERVICE_UNAVAILABLE, "shutting down").into_response();
    }
    "ok\n".into_response()
}
