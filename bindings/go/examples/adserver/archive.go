package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
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
	profiles map[uint64]*live // by version

	savedRows, failures atomic.Uint64
}

type live struct {
	profile     *clicklens.Profile
	rows, saved uint64
}

func newArchive(folder string, files int) (*archive, error) {
	a := &archive{folder: folder, files: files, begin: time.Now().UnixNano(), profiles: map[uint64]*live{}}
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

// expose calls f with the profile of the latest version that has one.
func (a *archive) expose(f func(*clicklens.Profile) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var latest uint64
	for version := range a.profiles {
		latest = max(latest, version)
	}
	if latest == 0 {
		return nil
	}
	return f(a.profiles[latest].profile)
}

// save writes every profile that grew, and lets those go that can grow no more: info is of before the last collection.
// When it returns nil, every row that was added is on disk: in a file that was synced, in a folder that was.
func (a *archive) save(info clicklens.SlotInfo) (err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for version, known := range a.profiles {
		if failure := a.saveOne(version, known); failure != nil {
			a.failures.Add(1)
			err = errors.Join(err, failure)
			continue
		}
		if version < info.Version && info.Draining == 0 {
			known.profile.Close()
			delete(a.profiles, version)
		}
	}
	if a.folder != "" {
		prune(filepath.Join(a.folder, "*.profile"), a.files)
	}
	return err
}

func (a *archive) saveOne(version uint64, known *live) error {
	if a.folder == "" || known.rows == known.saved {
		return nil
	}
	info, err := known.profile.Describe()
	if err != nil {
		return err
	}
	path := filepath.Join(a.folder, fmt.Sprintf("%d-%06d-%016x%016x.profile", a.begin, version, info.Model[1], info.Model[0]))
	if err := write(path, known.profile); err != nil {
		return err
	}
	log.Printf("saved %s: %d rows", path, known.rows)
	a.savedRows.Add(known.rows - known.saved)
	known.saved = known.rows
	return nil
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
	slices.Sort(paths)
	for _, path := range paths[:max(0, len(paths)-keep)] {
		if err := os.Remove(path); err != nil {
			log.Print(err)
		}
	}
}
