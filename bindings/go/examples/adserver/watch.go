package main

import (
	"context"
	"log"
	"os"
	"time"
)

// watch reloads on SIGHUP, and when the model file changed and then stayed as it is from one look to the next.
func (s *server) watch(ctx context.Context, hangup <-chan os.Signal) {
	var look <-chan time.Time
	if s.poll > 0 {
		tick := time.NewTicker(s.poll)
		defer tick.Stop()
		look = tick.C
	}
	loaded := s.loaded // at the start: before the file was opened
	before := loaded
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			loaded = stat(s.model)
			s.tryReload("SIGHUP")
		case <-look:
			now := stat(s.model)
			if now != nil && !same(now, loaded) && same(now, before) {
				loaded = now // also when it is refused: it is tried again when it changes
				s.tryReload("the file changed")
			}
			before = now
		}
	}
}

func (s *server) tryReload(why string) {
	if err := s.reload(); err != nil {
		log.Printf("%s: not reloaded, the model before is served on: %v", why, err)
	}
}

// stat is nil where the file is not there: it may be on its way.
func stat(path string) os.FileInfo {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	return info
}

func same(a, b os.FileInfo) bool {
	return a != nil && b != nil && os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}
