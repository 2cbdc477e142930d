package pdf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"sync/atomic"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

const (
	workers     = 2    // documents read at once
	memoryPages = 4096 // of 64 KiB: 256 MiB for one document
)

// An engine is PDFium compiled for this machine. It is made once, on first use.
//
// There are two. In the plain engine a call cannot be stopped. In the guarded
// one every turn of every loop asks whether it should, which makes it three
// times slower; it reads the files of which the plain one might take long.
type engine struct {
	pool    pdfium.Pool
	cache   wazero.CompilationCache
	guarded bool
}

// fonts are the folders with fonts that it may read; without any it sees no file.
func startEngine(cacheDir string, guarded bool, fonts []string) (*engine, error) {
	e := &engine{guarded: guarded}
	// The machine code in the cache folder will be run: a folder that others
	// can write to is not used.
	if cacheDir != "" && private(cacheDir) {
		if c, err := wazero.NewCompilationCacheWithDir(cacheDir); err == nil {
			e.cache = c
		}
	}
	rc := wazero.NewRuntimeConfig().WithMemoryLimitPages(memoryPages).WithCloseOnContextDone(guarded)
	if e.cache != nil {
		rc = rc.WithCompilationCache(e.cache)
	}
	files := wazero.NewFSConfig() // the default would mount the whole disk
	if len(fonts) > 0 {
		files = files.WithFSMount(fontFolders(fonts), "/")
	}
	pool, err := webassembly.Init(webassembly.Config{
		MinIdle: 0, MaxIdle: 0, MaxTotal: workers,
		RuntimeConfig: rc,
		FSConfig:      files,
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("pdf: start PDFium: %w", err)
	}
	e.pool = pool
	return e, nil
}

// private makes the folder if needed and reports whether only this user can
// write to it.
func private(dir string) bool {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false
	}
	fi, err := os.Lstat(dir)
	return err == nil && fi.IsDir() && ownedAndClosed(fi)
}

func (e *engine) close() error {
	err := e.pool.Close()
	if e.cache != nil {
		err = errors.Join(err, e.cache.Close(context.Background()))
	}
	return err
}

// An instance is one sandbox, used for one document and thrown away, so that
// nothing of a hostile file stays.
type instance struct {
	ctx    context.Context
	pdfium pdfium.Pdfium
	mod    api.Module
	fns    map[string]api.Function
	stack  [8]uint64
	buf    uint32 // scratch memory in the sandbox
	err    error  // first failed call; later calls do nothing
	ended  atomic.Bool
	stop   func() bool
}

// open takes an instance. When ctx ends, calls fail; the guarded engine also
// leaves the call it is in.
func (e *engine) open(ctx context.Context) (*instance, error) {
	p, err := e.pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, err
	}
	in := &instance{ctx: ctx, pdfium: p, fns: map[string]api.Function{}}
	// go-pdfium's own calls cost a lock, two allocations and a lookup per
	// character and cannot be cancelled; the module is called directly.
	impl := reflect.ValueOf(p.GetImplementation())
	if impl.Kind() == reflect.Pointer && impl.Elem().Kind() == reflect.Struct {
		if f := impl.Elem().FieldByName("Module"); f.IsValid() && f.CanInterface() {
			in.mod, _ = f.Interface().(api.Module)
		}
	}
	if in.mod == nil {
		in.release()
		return nil, errors.New("pdf: go-pdfium no longer shows its module")
	}
	in.stop = context.AfterFunc(ctx, func() {
		in.ended.Store(true)
		if e.guarded {
			_ = in.mod.CloseWithExitCode(context.Background(), 1)
		}
	})
	if in.buf = uint32(in.call("malloc", 256)); in.err != nil {
		in.release()
		return nil, in.err
	}
	return in, nil
}

// release drops the sandbox. After a trap or a stop go-pdfium may fail to tidy
// up in it, which does not matter.
func (in *instance) release() {
	if in.stop != nil {
		in.stop()
	}
	defer func() { _ = recover() }()
	_ = in.pdfium.Close()
}

// call calls an exported function and returns its result, 0 after an error.
func (in *instance) call(name string, args ...uint64) uint64 {
	if in.err == nil && in.ended.Load() {
		in.err = in.ctx.Err()
	}
	if in.err != nil {
		return 0
	}
	f := in.fns[name]
	if f == nil {
		if f = in.mod.ExportedFunction(name); f == nil {
			in.err = fmt.Errorf("pdf: PDFium has no %s", name)
			return 0
		}
		in.fns[name] = f
	}
	n := copy(in.stack[:], args)
	if err := f.CallWithStack(context.Background(), in.stack[:max(n, 1)]); err != nil {
		// The rest of the message is a stack of numbers.
		first, _, _ := strings.Cut(err.Error(), "\n")
		in.err = fmt.Errorf("pdf: %s: %s", name, first)
		return 0
	}
	return in.stack[0]
}

// callFloat calls a function that returns a float32.
func (in *instance) callFloat(name string, args ...uint64) float64 {
	return float64(api.DecodeF32(in.call(name, args...)))
}

// float reads the i-th float32 of the scratch memory.
func (in *instance) float(i uint32) float64 {
	v, ok := in.mod.Memory().ReadFloat32Le(in.buf + 4*i)
	if !ok {
		return 0
	}
	return float64(v)
}

// scratch is the address of the i-th float32 of the scratch memory.
func (in *instance) scratch(i uint32) uint64 { return uint64(in.buf + 4*i) }
