//! Answers other than 200.
use axum::Json;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use clicklens::Status;

/// The message names the field; it goes to the client.
#[derive(Debug)]
pub struct Failure {
    pub status: StatusCode,
    pub message: String,
}

impl Failure {
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The server's own fault: told to its log, not to strangers.
    pub fn internal(message: &str) -> Self {
        eprintln!("adserver: {message}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal error")
    }
}

/// A run refuses what a sender got wrong by these two.
impl From<clicklens::Error> for Failure {
    fn from(error: clicklens::Error) -> Self {
        match error.status() {
            Status::BadBatch | Status::BadValue => Self::bad_request(error.message()),
            _ => Self::internal(error.message()),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(serde_json::json!({ "error": self.message }))).into_response();
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert("retry-after", HeaderValue::from_static("1"));
        }
        response
    }
}
