package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"sync"
)

// A starter starts an engine once, on first use.
type starter struct {
	cacheDir string
	guarded  bool
	fonts    []string // folders that the engine may read

	mu      sync.Mutex
	started chan struct{} // closed when eng or err is set
	eng     *engine
	err     error
}

var errClosed = errors.New("pdf: reader is closed")

func (s *starter) engine(ctx context.Context) (*engine, error) {
	s.mu.Lock()
	if s.started == nil {
		s.started = make(chan struct{})
		go func() {
			defer close(s.started)
			s.eng, s.err = startEngine(s.cacheDir, s.guarded, s.fonts)
		}()
	}
	started := s.started
	s.mu.Unlock()
	select {
	case <-started:
		return s.eng, s.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *starter) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started == nil {
		s.started = make(chan struct{})
		close(s.started)
	}
	<-s.started
	eng := s.eng
	s.eng, s.err = nil, errClosed
	if eng == nil {
		return nil
	}
	return eng.close()
}

// plainBytes is how much a file may swell for the plain engine: reports unpack
// to some hundred kilobytes, PDFium works off about 20 MB a second.
const plainBytes = 24 << 20

// swells reports whether the file may keep PDFium busy for long: its streams
// unpack to more than plainBytes, or are packed so that this cannot be told.
func swells(data []byte) bool {
	if bytes.Contains(data, []byte("LZW")) {
		return true
	}
	left := int64(plainBytes - len(data))
	var z io.ReadCloser
	src, head := bytes.NewReader(nil), make([]byte, 2)
	for rest := data; left >= 0; {
		i := bytes.Index(rest, []byte("stream"))
		if i < 0 {
			return false
		}
		end := i >= 3 && bytes.Equal(rest[i-3:i], []byte("end"))
		rest = rest[i+len("stream"):]
		if end {
			continue
		}
		src.Reset(bytes.TrimLeft(rest, "\r\n \t"))
		var err error
		if z == nil {
			z, err = zlib.NewReader(src)
		} else {
			err = z.(zlib.Resetter).Reset(src, nil)
		}
		if err != nil {
			continue // not packed, or a picture
		}
		n, _ := io.ReadFull(z, head)
		if n == 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
			return true // packed twice
		}
		more, _ := io.CopyN(io.Discard, z, left+1)
		left -= int64(n) + more
	}
	return true
}
