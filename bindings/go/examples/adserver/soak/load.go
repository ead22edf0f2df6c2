package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const patience = 20 * time.Second // with one answer, one reload, one start

// A load is connections that each send one request after another.
type load struct {
	questions []*question
	host      atomic.Pointer[host]
	wanted    int64
	asked     atomic.Int64
	answered  atomic.Int64

	interrupted atomic.Int64 // cut off by a kill, and asked again
	failed      atomic.Int64

	mu       sync.Mutex
	failures []string // the first few
	took     histogram
}

func (l *load) fail(err error) {
	l.failed.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.failures) < 10 {
		l.failures = append(l.failures, err.Error())
	}
}

// run returns when every request was answered, or failed.
func (l *load) run(connections int) {
	var group sync.WaitGroup
	for i := range connections {
		group.Add(1)
		go func() {
			defer group.Done()
			c := client{random: rand.New(rand.NewPCG(uint64(i), 3))}
			for l.asked.Add(1) <= l.wanted {
				l.ask(&c, l.questions[c.random.IntN(len(l.questions))])
				l.answered.Add(1)
			}
			c.close()
			l.mu.Lock()
			defer l.mu.Unlock()
			l.took.merge(&c.took)
		}()
	}
	group.Wait()
}

func (l *load) ask(c *client, q *question) {
	for {
		h := l.host.Load()
		begin := time.Now()
		err := c.post(h, q.body)
		took := time.Since(begin)
		if err != nil {
			c.close()
			if !h.killed.Load() {
				l.fail(err)
				return
			}
			l.interrupted.Add(1)
			if !l.another(h) {
				l.fail(fmt.Errorf("the server was not started again"))
				return
			}
			continue
		}
		c.took.add(took)
		if err := c.check(q); err != nil {
			l.fail(err)
			return
		}
		h.ranked.Add(int64(q.candidates))
		h.served.Add(1)
		return
	}
}

// another waits for the host after h.
func (l *load) another(h *host) bool {
	for end := time.Now().Add(2 * patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if l.host.Load() != h {
			return true
		}
	}
	return false
}

// A client is one connection of HTTP/1.1, without what net/http's does beside: it shares the machine with the server.
type client struct {
	random  *rand.Rand
	took    histogram
	host    *host
	version uint64 // of the last answer: a later one's is not lower
	conn    net.Conn
	in      *bufio.Reader
	out     []byte
	status  int
	body    []byte
}

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
	}
	c.conn = nil
}

func (c *client) post(h *host, body []byte) error {
	if c.host != h {
		c.close()
		c.host, c.version = h, 0
	}
	if c.conn == nil {
		conn, err := net.DialTimeout("tcp", h.address, patience)
		if err != nil {
			return err
		}
		c.conn, c.in = conn, bufio.NewReaderSize(conn, 16<<10)
	}
	if err := c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	c.out = append(c.out[:0], "POST /rank HTTP/1.1\r\nHost: soak\r\nContent-Type: application/json\r\nContent-Length: "...)
	c.out = strconv.AppendInt(c.out, int64(len(body)), 10)
	c.out = append(append(c.out, "\r\n\r\n"...), body...)
	if _, err := c.conn.Write(c.out); err != nil {
		return err
	}
	response, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	c.status = response.StatusCode
	c.body, err = readAll(response.Body, c.body[:0])
	if err == nil && response.Close {
		c.close()
	}
	return err
}

// readAll is io.ReadAll into a buffer that is used again.
func readAll(r io.Reader, into []byte) ([]byte, error) {
	for {
		if len(into) == cap(into) {
			into = append(into, 0)[:len(into)]
		}
		n, err := r.Read(into[len(into):cap(into)])
		into = into[:len(into)+n]
		if err == io.EOF {
			return into, nil
		}
		if err != nil {
			return into, err
		}
	}
}

func (c *client) check(q *question) error {
	if c.status != http.StatusOK {
		return fmt.Errorf("status %d: %.200s", c.status, c.body)
	}
	version, err := q.check(c.body)
	if err != nil {
		return err
	}
	if version < c.version {
		return fmt.Errorf("version %d after %d", version, c.version)
	}
	c.version = version
	return nil
}
