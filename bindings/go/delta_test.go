package clicklens_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/clicklens/clicklens/bindings/go"
)

func TestDelta(t *testing.T) {
	base, other := openDemo(t), otherPath(t)
	whole := closing(t, must[*clicklens.Model](t)(clicklens.Open(other)))
	path := filepath.Join(t.TempDir(), "d.clensd")
	made := must[clicklens.DeltaInfo](t)(clicklens.MakeDelta(base, whole, path, 1))
	delta := closing(t, must[*clicklens.Delta](t)(clicklens.OpenDelta(path)))
	if delta.Describe() != made || made.Base != base.Describe().ID || made.Result != whole.Describe().ID ||
		made.KeptSegments == 0 || made.ReplacedSegments == 0 || made.Share <= 0 {
		t.Errorf("%+v, made as %+v", delta.Describe(), made)
	}

	in := inputsOf(t, base)
	b := small(base, 3)
	scores := func(m *clicklens.Model) []float32 {
		return must[[]float32](t)(closing(t, must[*clicklens.Session](t)(m.NewSession(in, nil))).Score(always, b))
	}
	for _, copiedBelow := range []uint64{0, 1} {
		model := closing(t, must[*clicklens.Model](t)(delta.Apply(base, copiedBelow)))
		ok(t, model.Verify())
		if model.Describe().ID != whole.Describe().ID {
			t.Error("another model")
		}
		sameBits(t, "applied", scores(model), scores(whole))
	}
	again := filepath.Join(t.TempDir(), "again.clens")
	ok(t, delta.Write(base, again))
	if !bytes.Equal(must[[]byte](t)(os.ReadFile(again)), must[[]byte](t)(os.ReadFile(other))) {
		t.Error("other bytes")
	}

	_, err := delta.Apply(whole, 0)
	wants(t, err, clicklens.ErrStale, "made for a base of model id")
	_, err = clicklens.MakeDelta(base, whole, path, 1e-6)
	wants(t, err, clicklens.ErrLimitExceeded, "write a new base")
	_, err = clicklens.MakeDelta(base, whole, path, -1)
	wants(t, err, clicklens.ErrInvalidArgument, "most_share")
	_, err = clicklens.OpenDelta(demoPath)
	wants(t, err, clicklens.ErrBadFile, "not a clicklens delta")
	ok(t, delta.Close())
	ok(t, delta.Close())
	_, err = delta.Apply(base, 0)
	wants(t, err, clicklens.ErrClosed, "")
}
