package clicklens

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"context"
	"unsafe"
)

// ProfileOptions say what a profile keeps; zero fields: the default in brackets.
type ProfileOptions struct {
	Sections   Sections  // [ProfileScores | ProfileFeatures]
	Values     []string  // ProfileNeurons: to watch [every layer]
	Task       int       // that saliency explains and neurons are correlated with
	Means      []float32 // ProfileSaliency: of every input column, of reference rows
	Every      int       // one row in so many, drawn by the request's key [1]
	CountEvery int       // ProfileNeurons: quantiles from one profiled row in so many [4]
	SampleRows int       // ProfileNeurons: rows kept whole [1024]
	Buckets    int       // of the jackknife, 64 to 200 [64]
	MostRows   int       // that one run of a session may profile, up to 4096 [64]
	// Rows that may wait in a session for Settle or Collect before a run has to add some up itself, up to 65536 [256]
	WaitingRows int
}

func (o *ProfileOptions) c(m *Model, keep *cMemory) (*C.clens_profile_options, error) {
	var all ProfileOptions
	if o != nil {
		all = *o
	}
	values, err := m.findValues(all.Values)
	if err != nil {
		return nil, err
	}
	c := (*C.clens_profile_options)(keep.take(C.sizeof_clens_profile_options))
	*c = C.clens_profile_options{struct_size: C.sizeof_clens_profile_options, task: C.size_t(all.Task),
		sections: C.uint32_t(all.Sections), every: C.uint32_t(narrow(all.Every)), count_every: C.uint32_t(narrow(all.CountEvery)),
		sample_rows: C.uint32_t(narrow(all.SampleRows)), buckets: C.uint32_t(narrow(all.Buckets)), most_rows: C.uint32_t(narrow(all.MostRows)),
		waiting_rows: C.uint32_t(narrow(all.WaitingRows))}
	c.values, c.value_count = keep.indices(values)
	c.means, c.mean_count = keep.floats(all.Means)
	return c, nil
}

// A Profile is what traffic looked like to a model: scores, features as they came and as they were pooled, neurons,
// which groups moved the scores. Parts merge, in any order, to the bytes of the whole. It holds no rows but the neurons'
// small sample, and neither time, host nor path.
//
// Its methods may be called by any goroutine; they take turns.
type Profile struct{ handle handle[*C.clens_profile] }

func ownProfile(c *C.clens_profile) *Profile {
	p := &Profile{}
	p.handle.own(c, func(c *C.clens_profile) { C.clens_profile_release(c) })
	return p
}

// NewProfile makes an empty profile; options nil: the default. To collect from sessions, give it the options of
// [SessionOptions.Profile].
func (m *Model) NewProfile(options *ProfileOptions) (*Profile, error) {
	var keep cMemory
	defer keep.free()
	o, err := options.c(m, &keep)
	if err != nil {
		return nil, err
	}
	var c *C.clens_profile
	err = m.handle.share(func(model *C.clens_model) error {
		return check(func() C.clens_status { return C.clens_profile_create(model, o, &c) })
	})
	if err != nil {
		return nil, err
	}
	return ownProfile(c), nil
}

// ProfileValues are the names of the values that a session must observe ([SessionOptions.Observed]) for
// [Profile.Add].
func (m *Model) ProfileValues(options *ProfileOptions) ([]string, error) {
	var keep cMemory
	defer keep.free()
	o, err := options.c(m, &keep)
	if err != nil {
		return nil, err
	}
	var names []string
	err = m.handle.share(func(model *C.clens_model) error {
		values, err := sized(func(at *C.size_t, capacity int) (int, error) {
			var count C.size_t
			err := check(func() C.clens_status {
				return C.clens_profile_values(model, o, at, C.size_t(capacity), &count)
			})
			return int(count), err
		})
		for _, v := range values {
			names = append(names, m.info.Values[v].Name)
		}
		return err
	})
	return names, err
}

// Reference is the profile that the model's file carries: [ErrNotFound] where it carries none.
func (m *Model) Reference() (*Profile, error) {
	var c *C.clens_profile
	err := m.handle.share(func(model *C.clens_model) error {
		return check(func() C.clens_status { return C.clens_model_profile(model, &c) })
	})
	if err != nil {
		return nil, err
	}
	return ownProfile(c), nil
}

// Close gives the profile's memory back. Closing twice does nothing.
func (p *Profile) Close() error { return p.handle.close() }

// Add runs the batch in a session and adds its candidates. rows nil: without labels, numbered on from the last Add.
func (p *Profile) Add(ctx context.Context, s *Session, b *Batch, rows *RowInfo) error {
	return p.handle.alone(func(c *C.clens_profile) error {
		if err := s.begin(ctx); err != nil {
			return err
		}
		defer s.end()
		if err := s.frame.rows(b, rows); err != nil {
			return err
		}
		return s.run(C.CLG_PROFILE_ADD, b, unsafe.Pointer(c))
	})
}

// Merge adds all of other, which may be p itself. [ErrInvalidArgument] names what differs: model, sections, options;
// [ErrBadState]: labels do.
func (p *Profile) Merge(other *Profile) error {
	return both(&p.handle, &other.handle, func(c, from *C.clens_profile) error {
		return check(func() C.clens_status { return C.clens_profile_merge(c, from) })
	})
}

// MarshalBinary gives the profile as bytes; equal statistics give equal bytes. They are a file of the command line's.
func (p *Profile) MarshalBinary() ([]byte, error) {
	var bytes []byte
	err := p.handle.alone(func(c *C.clens_profile) error {
		var size C.size_t
		if err := check(func() C.clens_status { return C.clens_profile_size(c, &size) }); err != nil {
			return err
		}
		bytes = make([]byte, max(size, 1))
		err := check(func() C.clens_status { return C.clens_profile_save(c, unsafe.Pointer(&bytes[0]), size) })
		bytes = bytes[:size]
		return err
	})
	return bytes, err
}

// LoadProfile reads what MarshalBinary gave. The bytes are not trusted: [ErrBadFile] names the field. [ErrBadState]: of
// another model. A nil model does for reading and merging.
func LoadProfile(m *Model, bytes []byte) (*Profile, error) {
	var c *C.clens_profile
	load := func(model *C.clens_model) error {
		return check(func() C.clens_status {
			return C.clens_profile_load(model, unsafe.Pointer(unsafe.SliceData(bytes)), C.size_t(len(bytes)), &c)
		})
	}
	if err := shareModelOrNil(m, load); err != nil {
		return nil, err
	}
	return ownProfile(c), nil
}

// Collect adds what the session, made with [SessionOptions.Profile], saw since the last time to profile, which has equal
// options. It may be called while the session runs: neither waits for the other.
func (s *Session) Collect(profile *Profile) (rows uint64, err error) {
	s.alive.RLock()
	defer s.alive.RUnlock()
	if s.borrowed {
		return 0, failed(ErrBadState, "a session of a slot: Slot.Collect collects from it")
	}
	if s.seat == nil {
		return 0, ErrClosed
	}
	err = profile.handle.alone(func(c *C.clens_profile) error {
		var came C.uint64_t
		err := check(func() C.clens_status { return C.clens_profile_collect(s.seat.session, c, &came) })
		rows = uint64(came)
		return err
	})
	return rows, err
}

// Settle adds up the rows that wait, on the caller's thread, and leaves them with the session, made with
// [SessionOptions.Profile]. Called some ten times a second, before [ProfileOptions.WaitingRows] have come, it leaves
// runs with no more to do than to copy rows and read their ids. It may be called while the session
// runs, which never waits for it; it waits for the run at hand, up to 20 ms.
func (s *Session) Settle() (rows uint64, err error) {
	s.alive.RLock()
	defer s.alive.RUnlock()
	if s.borrowed {
		return 0, failed(ErrBadState, "a session of a slot: Slot.Settle adds up its rows")
	}
	if s.seat == nil {
		return 0, ErrClosed
	}
	var settled C.uint64_t
	err = check(func() C.clens_status { return C.clens_profile_settle(s.seat.session, &settled) })
	return uint64(settled), err
}
