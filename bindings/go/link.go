//go:build !clicklens_static

package clicklens

// #cgo pkg-config: clicklens
import "C"
