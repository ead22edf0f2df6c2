package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// A rankRequest is the body of POST /rank.
type rankRequest struct {
	Key        any              `json:"key"`      // of the request, 64 bits: what is sampled for profiles and recordings
	Features   map[string]any   `json:"features"` // of the user and the page
	Candidates []map[string]any `json:"candidates"`
	Explain    bool             `json:"explain"`
	Top        *int             `json:"top"` // so many best candidates; absent: all
}

// A refusal is an error of the client's, with a message for it.
type refusal struct {
	code    int
	message string
}

func (r *refusal) Error() string { return r.message }

func refuse(code int, format string, values ...any) error {
	return &refusal{code, fmt.Sprintf(format, values...)}
}

func bad(format string, values ...any) error { return refuse(http.StatusBadRequest, format, values...) }

// decode reads a request from its body, which is cut off after most bytes.
func decode(w http.ResponseWriter, r *http.Request, most int64) (*rankRequest, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, refuse(http.StatusRequestEntityTooLarge, "body: more than %d bytes", most)
	}
	if err != nil {
		return nil, refuse(http.StatusRequestTimeout, "body: %v", err)
	}
	in := json.NewDecoder(bytes.NewReader(body))
	in.UseNumber() // ids have 64 bits, a float64 53
	in.DisallowUnknownFields()
	var request rankRequest
	if err := in.Decode(&request); err != nil {
		return nil, explainJSON(err, body)
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, bad("body: more than one JSON value")
	}
	return &request, nil
}

// explainJSON names the field, or where in the text it fails.
func explainJSON(err error, body []byte) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind):
		field := kind.Field
		if field == "" {
			field = "body"
		}
		return bad("%s: %s is not what belongs here", field, kind.Value)
	case errors.As(err, &syntax):
		begin := max(0, int(syntax.Offset)-20)
		return bad("body: %v at byte %d, after %s", err, syntax.Offset, strconv.Quote(string(body[begin:syntax.Offset])))
	case errors.Is(err, io.EOF):
		return bad("body: empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return bad("body: ends in the middle of a JSON value")
	}
	return bad("body: %v", err)
}

// check holds the request to limits that need no model.
func (r *rankRequest) check(c *config) error {
	if len(r.Candidates) == 0 {
		return bad("candidates: none")
	}
	if len(r.Candidates) > c.maxCandidates {
		return bad("candidates: %d, at most %d are allowed", len(r.Candidates), c.maxCandidates)
	}
	if r.Top != nil && *r.Top < 1 {
		return bad("top: %d, at least 1 is wanted", *r.Top)
	}
	if r.Explain && !c.saliency {
		return bad("explain: this server runs with -saliency=false")
	}
	return nil
}
