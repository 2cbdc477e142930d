package store

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The form of an encrypted file: streamMagic, then chunks of streamChunk bytes
// of content, the last one shorter, each sealed with AES-256-GCM under the
// file's own key. The nonce is the chunk's number and whether it is the last
// (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár), and the
// file's name is bound to each: chunks that are cut off, changed, moved within
// a file or to another one are found. An empty file has one empty chunk.
const (
	streamMagic = "gkpriv1\n"
	streamChunk = 64 << 10
	streamTag   = 16
)

// streamSize is the size of the encrypted form.
func streamSize(size int64) int64 {
	return int64(len(streamMagic)) + size + streamTag*streamChunks(size)
}

func streamChunks(size int64) int64 { return max(1, (size+streamChunk-1)/streamChunk) }

func streamAEAD(key []byte) (cipher.AEAD, error) {
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}

// streamNonce never repeats under a key: a key is used for one file.
func streamNonce(chunk int64, last bool) []byte {
	n := make([]byte, 12)
	binary.BigEndian.PutUint64(n[3:], uint64(chunk))
	if last {
		n[11] = 1
	}
	return n
}

// encrypt writes the encrypted form of what r holds and returns the size of the
// content. More than limit bytes are ErrTooLarge.
func encrypt(w io.Writer, r io.Reader, key []byte, name string, limit int64) (size int64, err error) {
	a, err := streamAEAD(key)
	if err != nil {
		return 0, err
	}
	if _, err := io.WriteString(w, streamMagic); err != nil {
		return 0, err
	}
	now, next := make([]byte, streamChunk, streamChunk+streamTag), make([]byte, streamChunk, streamChunk+streamTag)
	n, err := readChunk(r, now)
	if err != nil {
		return 0, err
	}
	for chunk := int64(0); ; chunk++ {
		if size += int64(n); size > limit {
			return size, ErrTooLarge
		}
		// Only who knows that nothing follows may call a chunk the last.
		more := 0
		if n == streamChunk {
			if more, err = readChunk(r, next); err != nil {
				return size, err
			}
		}
		if _, err := w.Write(a.Seal(now[:0], streamNonce(chunk, more == 0), now[:n], []byte(name))); err != nil {
			return size, err
		}
		if more == 0 {
			return size, nil
		}
		now, next, n = next, now, more
	}
}

// readChunk fills p as far as there is anything.
func readChunk(r io.Reader, p []byte) (int, error) {
	n := 0
	for n < len(p) {
		m, err := r.Read(p[n:])
		n += m
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// A streamReader decrypts from any place. It gives out no byte that it has not
// verified.
type streamReader struct {
	in    io.ReadSeekCloser
	aead  cipher.AEAD
	name  string
	size  int64 // of the content
	pos   int64
	chunk int64 // that plain holds, -1 for none
	next  int64 // chunk at which in stands, -1 if it is not known
	plain []byte
	buf   []byte
}

// decrypt opens the encrypted form; size is that of the content, form that of
// what in holds.
func decrypt(in io.ReadSeekCloser, key []byte, name string, size, form int64) (*streamReader, error) {
	a, err := streamAEAD(key)
	if err != nil {
		return nil, err
	}
	r := &streamReader{in: in, aead: a, name: name, size: size, chunk: -1, buf: make([]byte, streamChunk+streamTag)}
	if size < 0 || form != streamSize(size) {
		return nil, r.fault("its length")
	}
	magic := make([]byte, len(streamMagic))
	if _, err := io.ReadFull(in, magic); err != nil {
		return nil, err
	}
	if string(magic) != streamMagic {
		return nil, r.fault("its beginning")
	}
	if size == 0 { // there is no byte to read, but a chunk to verify
		return r, r.load(0)
	}
	return r, nil
}

func (r *streamReader) fault(what string) error {
	return fmt.Errorf("%w: file %s, %s", ErrSealed, r.name, what)
}

func (r *streamReader) load(chunk int64) error {
	at := int64(len(streamMagic)) + chunk*(streamChunk+streamTag)
	if r.next != chunk {
		if _, err := r.in.Seek(at, io.SeekStart); err != nil {
			return err
		}
	}
	r.chunk, r.next = -1, -1
	n := min(r.size-chunk*streamChunk, streamChunk) + streamTag
	if _, err := io.ReadFull(r.in, r.buf[:n]); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return r.fault("cut off")
		}
		return err
	}
	plain, err := r.aead.Open(r.buf[:0], streamNonce(chunk, chunk == streamChunks(r.size)-1), r.buf[:n], []byte(r.name))
	if err != nil {
		return r.fault(fmt.Sprintf("at byte %d", at))
	}
	r.plain, r.chunk, r.next = plain, chunk, chunk+1
	return nil
}

func (r *streamReader) Read(p []byte) (int, error) {
	if r.pos >= r.size {
		return 0, io.EOF
	}
	if c := r.pos / streamChunk; c != r.chunk {
		if err := r.load(c); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.plain[r.pos%streamChunk:])
	r.pos += int64(n)
	return n, nil
}

func (r *streamReader) Seek(offset int64, whence int) (int64, error) {
	at, err := seek(offset, whence, r.pos, r.size)
	if err == nil {
		r.pos = at
	}
	return at, err
}

func (r *streamReader) Close() error { return r.in.Close() }
