package storetest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// What the scanner of the tests finds in a file, and what it cannot look at.
const (
	Malware  = "gongkai test malware"
	TooLarge = "gongkai test too large"
)

// A Clamd speaks the protocol of ClamAV's daemon.
type Clamd struct {
	Address string // as store.Options want it
	file    string
	mu      sync.Mutex
	l       net.Listener
	scans   int
}

// NewClamd starts a scanner that ends with the test.
func NewClamd(t testing.TB) *Clamd {
	t.Helper()
	dir, err := os.MkdirTemp("", "gkcl") // short: a socket's name has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	c := &Clamd{file: filepath.Join(dir, "ctl")}
	c.Address = "unix:" + c.file
	c.Start(t)
	t.Cleanup(func() {
		c.Stop()
		os.RemoveAll(dir)
	})
	return c
}

// Start lets it answer.
func (c *Clamd) Start(t testing.TB) {
	t.Helper()
	l, err := net.Listen("unix", c.file)
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	c.l = l
	c.mu.Unlock()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.serve(conn)
		}
	}()
}

// Stop lets nobody reach it.
func (c *Clamd) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.l.Close()
}

// Scans is how many files it looked at.
func (c *Clamd) Scans() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.scans
}

func (c *Clamd) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	command, err := in.ReadString(0)
	if err != nil {
		return
	}
	answer := ""
	switch command {
	case "zPING\x00":
		answer = "PONG"
	case "zVERSION\x00":
		answer = "ClamAV 1.0.7/27500/Sat Jan 31 08:00:00 2026"
	case "zINSTREAM\x00":
		c.mu.Lock()
		c.scans++
		c.mu.Unlock()
		answer = look(in)
	default:
		answer = "UNKNOWN COMMAND"
	}
	_, _ = io.WriteString(conn, answer+"\x00") // who asked may be gone
}

func look(in io.Reader) string {
	var file bytes.Buffer
	for {
		var n uint32
		if err := binary.Read(in, binary.BigEndian, &n); err != nil {
			return "INSTREAM: read error ERROR"
		}
		if n == 0 {
			break
		}
		if _, err := io.CopyN(&file, in, int64(n)); err != nil {
			return "INSTREAM: read error ERROR"
		}
	}
	switch {
	case bytes.Contains(file.Bytes(), []byte(Malware)):
		return "stream: Gongkai.Test.Malware FOUND"
	case bytes.Contains(file.Bytes(), []byte(TooLarge)):
		return "INSTREAM size limit exceeded. ERROR"
	}
	return "stream: OK"
}
