package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clicklens/clicklens/bindings/go"
)

// An archive adds up what was profiled, version by version, and saves it: a file for each version of this process. A
// file that has its name is whole and on disk; each save puts a longer one in its place.
type archive struct {
	folder string // or ""
	files  int
	begin  int64

	mu       sync.Mutex
	names    map[uint64]string
	profiles map[uint64]*live
	latest   uint64 // version

	savedRows, failures atomic.Uint64
}

type live struct {
	profile     *clicklens.Profile
	rows, saved uint64
}

func newArchive(folder string, files int) (*archive, error) {
	a := &archive{folder: folder, files: files, begin: time.Now().UnixNano(), names: map[uint64]string{},
		profiles: map[uint64]*live{}}
	if folder == "" {
		return a, nil
	}
	// What a process before left half written.
	unfinished, _ := filepath.Glob(filepath.Join(folder, "*.profile.part"))
	for _, path := range unfinished {
		os.Remove(path)
	}
	return a, os.MkdirAll(folder, 0o755)
}

// name is told before the version's first profile is collected or after: files are named by it.
func (a *archive) name(version uint64, model string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.names[version] = model
	a.latest = max(a.latest, version)
}

// add takes what a slot gave.
func (a *archive) add(got clicklens.SlotProfile) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	known := a.profiles[got.Version]
	if known == nil {
		a.profiles[got.Version] = &live{profile: got.Profile, rows: got.Rows}
		return nil
	}
	defer got.Profile.Close()
	if err := known.profile.Merge(got.Profile); err != nil {
		return err
	}
	known.rows += got.Rows
	return nil
}

// expose calls f with the profile of the version that serves, if there is one yet.
func (a *archive) expose(f func(*clicklens.Profile) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := a.profiles[a.latest]; now != nil {
		return f(now.profile)
	}
	return nil
}

// save writes every profile that grew, and lets those go that can grow no more. When it returns nil, every row that was
// added is on disk: in a file that was synced, in a folder that was.
func (a *archive) save(slot *clicklens.Slot) error {
	info, err := slot.Describe()
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for version, known := range a.profiles {
		if a.folder != "" && known.rows > known.saved {
			path := a.path(version)
			if err := write(path, known.profile); err != nil {
				a.failures.Add(1)
				return err
			}
			log.Printf("saved %s: %d rows", path, known.rows)
			a.savedRows.Add(known.rows - known.saved)
			known.saved = known.rows
		}
		if version < info.Version && info.Draining == 0 && version != a.latest {
			known.profile.Close()
			delete(a.profiles, version)
		}
	}
	if a.folder != "" {
		prune(filepath.Join(a.folder, "*.profile"), a.files)
	}
	return nil
}

func (a *archive) path(version uint64) string {
	model := a.names[version]
	return filepath.Join(a.folder, fmt.Sprintf("%d-%06d-%s.profile", a.begin, version, model))
}

// write puts the profile in a file of that name, whole or not at all.
func write(path string, profile *clicklens.Profile) (err error) {
	bytes, err := profile.MarshalBinary()
	if err != nil {
		return err
	}
	part := path + ".part"
	defer func() {
		if err != nil {
			os.Remove(part)
		}
	}()
	file, err := os.Create(part)
	if err != nil {
		return err
	}
	_, err = file.Write(bytes)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if err = os.Rename(part, path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync() // the name, too
}

// prune removes the oldest files of a pattern: names begin with when they were made.
func prune(pattern string, keep int) {
	paths, _ := filepath.Glob(pattern)
	slices.SortFunc(paths, func(a, b string) int { return strings.Compare(a, b) })
	for _, path := range paths[:max(0, len(paths)-keep)] {
		if err := os.Remove(path); err != nil {
			log.Print(err)
		}
	}
}
