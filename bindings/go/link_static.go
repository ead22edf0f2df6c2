//go:build clicklens_static

package clicklens

// The archive comes first and leaves nothing for the shared library, which pkg-config also names, to do.

// #cgo pkg-config: --static clicklens
// #cgo LDFLAGS: -Wl,--as-needed -l:libclicklens.a
import "C"
