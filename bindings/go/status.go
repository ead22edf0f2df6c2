package clicklens

// #include <stdlib.h>
// #include <clicklens/clicklens.h>
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

// A Status says what kind of failure an [Error] is. Its values are those of clens_status, pinned forever, in bands: 1xx
// the caller's mistake, 2xx a bad file, 3xx bad data in a batch, 4xx resources, 5xx unsupported, 9xx internal.
//
// A Status is an error itself, the one that [errors.Is] finds in every Error of that status.
type Status int32

// One for every status of the C ABI.
const (
	StatusOK              Status = C.CLENS_OK // never the status of an Error
	ErrInvalidArgument    Status = C.CLENS_E_INVALID_ARGUMENT
	ErrBadState           Status = C.CLENS_E_BAD_STATE
	ErrBufferTooSmall     Status = C.CLENS_E_BUFFER_TOO_SMALL
	ErrNotFound           Status = C.CLENS_E_NOT_FOUND
	ErrStale              Status = C.CLENS_E_STALE // a candidate cache of another model, precision or choice of layers
	ErrBadFile            Status = C.CLENS_E_BAD_FILE
	ErrChecksumMismatch   Status = C.CLENS_E_CHECKSUM_MISMATCH
	ErrUnknownRequirement Status = C.CLENS_E_UNKNOWN_REQUIREMENT // the file needs a newer clicklens
	ErrLimitExceeded      Status = C.CLENS_E_LIMIT_EXCEEDED
	ErrBadBatch           Status = C.CLENS_E_BAD_BATCH // offsets, kinds or counts of a batch do not fit
	ErrBadValue           Status = C.CLENS_E_BAD_VALUE // a value of a strict batch
	ErrOutOfMemory        Status = C.CLENS_E_OUT_OF_MEMORY
	ErrIO                 Status = C.CLENS_E_IO
	ErrUnsupported        Status = C.CLENS_E_UNSUPPORTED
	ErrUnsupportedISA     Status = C.CLENS_E_UNSUPPORTED_ISA
	ErrInternal           Status = C.CLENS_E_INTERNAL
)

// String gives the name of the C constant, "CLENS_E_BAD_FILE" and so on; "CLENS_E_?" for a number that is no status.
func (s Status) String() string { return C.GoString(C.clens_status_name(C.clens_status(s))) }

// Error makes a Status an error.
func (s Status) Error() string { return "clicklens: " + s.String() }

// An Error is what every function of this package returns that fails for another reason than a context. [errors.Is]
// finds its Status in it:
//
//	if errors.Is(err, clicklens.ErrBadBatch) { ... }
type Error struct {
	Status  Status
	Message string // names the file, feature, field or argument
}

func (e *Error) Error() string { return "clicklens: " + e.Message + " (" + e.Status.String() + ")" }

// Unwrap gives the Status.
func (e *Error) Unwrap() error { return e.Status }

// ErrClosed is what a method of something closed returns. Its status is [ErrBadState].
var ErrClosed error = &Error{Status: ErrBadState, Message: "used after Close"}

// ErrInUse is what a [Session] returns that another goroutine is using. Its status is [ErrBadState].
var ErrInUse error = &Error{Status: ErrBadState, Message: "a session in use by another goroutine: use a Pool"}

func failed(status Status, format string, values ...any) error {
	return &Error{Status: status, Message: fmt.Sprintf(format, values...)}
}

// check calls C and, where that fails, fetches the message, which is the thread's: the goroutine stays on it.
func check(call func() C.clens_status) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	status := call()
	if status == C.CLENS_OK {
		return nil
	}
	var message [512]C.char
	C.clens_last_error(&message[0], C.size_t(len(message)))
	return &Error{Status: Status(status), Message: C.GoString(&message[0])}
}

// cString copies a name to C, to be freed there.
func cString(s string) (*C.char, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return nil, failed(ErrInvalidArgument, "%q: a zero byte in a name", s)
	}
	return C.CString(s), nil
}

// sized calls a C function that gives a count where the capacity is too small, then once more with room for it.
func sized[T any](call func(at *T, capacity int) (count int, err error)) ([]T, error) {
	var none T
	count, err := call(&none, 0)
	if err != nil && !errors.Is(err, ErrBufferTooSmall) || count == 0 {
		return nil, err
	}
	all := make([]T, count)
	count, err = call(&all[0], len(all))
	return all[:min(count, len(all))], err
}

// Version is that of the library at hand, "major.minor.patch".
func Version() string { return C.GoString(C.clens_version_string()) }

// ArithmeticVersion is the version within which scores have the same bits everywhere; files carry it too.
func ArithmeticVersion() int { return int(C.clens_arithmetic_version()) }

// ISA names the instruction set in force: "avx512", "avx2", "neon" or "scalar". The environment variable
// CLICKLENS_ISA overrides the choice; [ErrUnsupportedISA] where this machine lacks the one it names.
func ISA() (string, error) {
	var name *C.char
	err := check(func() C.clens_status { return C.clens_isa(&name) })
	if err != nil {
		return "", err
	}
	return C.GoString(name), nil
}
