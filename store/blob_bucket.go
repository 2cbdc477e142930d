package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// bucketTries is how often a request is sent, and how often reading goes on
// after it broke off.
const bucketTries = 4

// bucketPut bounds the time one file takes to get there.
const bucketPut = 10 * time.Minute

// A bucket is a place in an S3-compatible object store. Files are sent in one
// request signed over their SHA-256: the server refuses other bytes, and an
// object is there whole or not at all.
type bucket struct {
	core     *minio.Core
	name     string
	prefix   string // "" or ending in a slash
	endpoint string
}

// newBucket reads s3://bucket/prefix?endpoint=https://host:port[&region=…]. It
// calls nobody.
func newBucket(address string, keys Keys) (*bucket, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return nil, errors.New("the address of the bucket is not of the form s3://bucket/prefix?endpoint=https://host")
	}
	if err := s3utils.CheckValidBucketNameStrict(u.Host); err != nil {
		return nil, fmt.Errorf("bucket %q: %w", u.Host, err)
	}
	q := u.Query()
	for k := range q {
		if k != "endpoint" && k != "region" {
			return nil, fmt.Errorf("unknown parameter %q of the bucket's address", k)
		}
	}
	e, err := url.Parse(q.Get("endpoint"))
	if err != nil || e.Host == "" || e.Scheme != "https" && e.Scheme != "http" || strings.Trim(e.Path, "/") != "" || e.User != nil {
		return nil, errors.New("the bucket's address needs an endpoint=https://host")
	}
	region := q.Get("region")
	if region == "" {
		region = "us-east-1" // what most servers take; asking them is one more call
	}
	core, err := minio.NewCore(e.Host, &minio.Options{Creds: credentials.NewStaticV4(keys.Access, keys.Secret, ""), Secure: e.Scheme == "https",
		Region: region, BucketLookup: minio.BucketLookupPath, MaxRetries: bucketTries})
	if err != nil {
		return nil, fmt.Errorf("bucket: %w", err)
	}
	b := &bucket{core: core, name: u.Host, prefix: strings.Trim(u.Path, "/"), endpoint: e.Scheme + "://" + e.Host}
	if b.prefix != "" {
		b.prefix += "/"
	}
	return b, nil
}

func (b *bucket) String() string { return "s3://" + b.name + "/" + b.prefix + " " + b.endpoint }

func (b *bucket) spool() (*os.File, error) { return os.CreateTemp("", "gongkai-put-*") }

func (b *bucket) take(ctx context.Context, tmp *os.File, f object, _ bool) error {
	ctx, stop := context.WithTimeout(ctx, bucketPut)
	defer stop()
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := b.core.PutObject(ctx, b.name, b.prefix+f.name, tmp, f.size, "", f.hash, minio.PutObjectOptions{ContentType: f.kind, DisableContentSha256: true})
	if err != nil {
		return b.fault(f.name, err)
	}
	tmp.Close() // it was read to its end
	_ = os.Remove(tmp.Name())
	return nil
}

func (b *bucket) settle([]string) error { return nil }

func (b *bucket) open(ctx context.Context, name string) (*File, error) {
	// Reading outlives the call that opens.
	r := &bucketReader{ctx: context.WithoutCancel(ctx), b: b, name: name}
	i, err := r.from(0)
	if err != nil {
		return nil, err
	}
	r.size = i.Size
	return &File{r, i.Size, i.ContentType}, nil
}

func (b *bucket) size(ctx context.Context, name string) (int64, error) {
	i, err := b.core.StatObject(ctx, b.name, b.prefix+name, minio.StatObjectOptions{})
	return i.Size, b.fault(name, err)
}

func (b *bucket) remove(ctx context.Context, name string) error {
	return b.fault(name, b.core.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{}))
}

func (b *bucket) walk(ctx context.Context, under string, fn func(name string, size int64, changed time.Time) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for o := range b.core.Client.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + under, Recursive: true}) {
		if o.Err != nil {
			return b.fault("", o.Err)
		}
		if err := fn(strings.TrimPrefix(o.Key, b.prefix), o.Size, o.LastModified); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// fault tells what is not there from what is wrong.
func (b *bucket) fault(name string, err error) error {
	if err == nil {
		return nil
	}
	var e minio.ErrorResponse
	if errors.As(err, &e) && e.Code == minio.NoSuchKey {
		return fmt.Errorf("%w: file %s", ErrNotFound, name)
	}
	return fmt.Errorf("bucket %s: %s: %w", b.name, name, err)
}

// A bucketReader reads an object from any place. Where the connection breaks off
// it goes on from there.
type bucketReader struct {
	ctx   context.Context
	b     *bucket
	name  string
	size  int64
	pos   int64
	body  io.ReadCloser
	at    int64 // of body
	etag  string
	tries int // since the last byte that came
}

// from begins to read at a place.
func (r *bucketReader) from(at int64) (minio.ObjectInfo, error) {
	var o minio.GetObjectOptions
	if at > 0 {
		if err := o.SetRange(at, 0); err != nil {
			return minio.ObjectInfo{}, err
		}
	}
	if r.etag != "" {
		if err := o.SetMatchETag(r.etag); err != nil {
			return minio.ObjectInfo{}, err
		}
	}
	body, i, _, err := r.b.core.GetObject(r.ctx, r.b.name, r.b.prefix+r.name, o)
	if err != nil {
		return minio.ObjectInfo{}, r.b.fault(r.name, err)
	}
	if at > 0 && i.Size != r.size-at {
		body.Close()
		return minio.ObjectInfo{}, fmt.Errorf("bucket %s: %s: the server does not give parts of a file", r.b.name, r.name)
	}
	r.body, r.at, r.etag = body, at, i.ETag
	return i, nil
}

func (r *bucketReader) Read(p []byte) (int, error) {
	for {
		if r.pos >= r.size {
			return 0, io.EOF
		}
		if r.body != nil && r.at != r.pos {
			r.drop()
		}
		n, err := 0, error(nil)
		if r.body == nil {
			_, err = r.from(r.pos)
		}
		if err == nil {
			n, err = r.body.Read(p)
			r.at, r.pos = r.at+int64(n), r.pos+int64(n)
		}
		if n > 0 {
			r.tries = 0
			return n, nil
		}
		if err == nil {
			return 0, nil
		}
		r.drop()
		if r.tries++; r.tries >= bucketTries || errors.Is(err, ErrNotFound) {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
	}
}

func (r *bucketReader) drop() {
	if r.body != nil {
		r.body.Close()
		r.body = nil
	}
}

// Seek calls nobody: the next Read does.
func (r *bucketReader) Seek(offset int64, whence int) (int64, error) {
	at, err := seek(offset, whence, r.pos, r.size)
	if err == nil {
		r.pos = at
	}
	return at, err
}

func (r *bucketReader) Close() error { r.drop(); return nil }

// seek is where a reader goes.
func seek(offset int64, whence int, pos, size int64) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += pos
	case io.SeekEnd:
		offset += size
	}
	if offset < 0 {
		return pos, errors.New("seek before the beginning")
	}
	return offset, nil
}
