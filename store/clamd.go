package store

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// ErrScanner is what ends a scan that the scanner did not answer.
var ErrScanner = errors.New("store: the malware scanner does not answer")

// clamd asks ClamAV's daemon. It is reached only where it is configured.
type clamd struct{ network, address string }

// newClamd reads unix:/path or tcp:host:port; "" is no scanner.
func newClamd(address string) (*clamd, error) {
	if address == "" {
		return nil, nil
	}
	network, rest, _ := strings.Cut(address, ":")
	if network != "unix" && network != "tcp" || rest == "" {
		return nil, fmt.Errorf("store: malware scanner %q is neither unix:/path nor tcp:host:port", address)
	}
	if _, _, err := net.SplitHostPort(rest); network == "tcp" && err != nil {
		return nil, fmt.Errorf("store: malware scanner %q: %w", address, err)
	}
	return &clamd{network, rest}, nil
}

// clamdAnswer bounds an answer, in bytes.
const clamdAnswer = 4 << 10

// ask sends one command, then what r holds in chunks, and reads the answer.
func (c *clamd) ask(ctx context.Context, command string, r io.Reader) (string, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrScanner, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	_, sendErr := io.WriteString(conn, "z"+command+"\x00")
	if sendErr == nil && r != nil {
		var readErr error
		if readErr, sendErr = chunked(conn, r); readErr != nil {
			return "", readErr
		}
	}
	// It may answer, and close, before it has all: the answer says why.
	answer, err := bufio.NewReader(io.LimitReader(conn, clamdAnswer)).ReadString(0)
	if answer = strings.TrimRight(answer, "\x00\n"); answer == "" {
		return "", fmt.Errorf("%w: %w", ErrScanner, errors.Join(ctx.Err(), sendErr, err))
	}
	return answer, nil
}

// chunked sends what r holds, each chunk after its length, and a last empty one.
func chunked(w io.Writer, r io.Reader) (readErr, sendErr error) {
	buf := make([]byte, 4+64<<10)
	for {
		n, err := io.ReadFull(r, buf[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(buf, uint32(n))
			if _, err := w.Write(buf[:4+n]); err != nil {
				return nil, err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && n < len(buf)-4 {
			_, err = w.Write([]byte{0, 0, 0, 0})
			return nil, err
		}
		if err != nil {
			return err, nil
		}
	}
}

// scan says what is in a file: clean, infected with a signature, or unscanned
// with the reason. ErrScanner if nothing answers.
func (c *clamd) scan(ctx context.Context, r io.Reader) (state, detail string, err error) {
	answer, err := c.ask(ctx, "INSTREAM", r)
	if err != nil {
		return "", "", err
	}
	result := strings.TrimPrefix(answer, "stream: ")
	if name, found := strings.CutSuffix(result, " FOUND"); found {
		return fileInfected, name, nil
	}
	if result == "OK" {
		return fileClean, "", nil
	}
	return fileUnscanned, result, nil // e.g. INSTREAM size limit exceeded. ERROR
}

// Scanner asks the malware scanner who it is: its version, and the day of its
// signatures. It is "" if none is set, ErrScanner if it does not answer.
func (s *Store) Scanner(ctx context.Context) (string, error) {
	if s.scanner == nil {
		return "", nil
	}
	ctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	return s.scanner.ask(ctx, "VERSION", nil)
}
