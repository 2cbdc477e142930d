package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
)

// image is what deploy/Containerfile would build, made without an engine and
// read by docker load and podman load: one layer with the program and the
// folder of its data, owned by a user without rights.
func (j job) image(arch string, program []byte) ([]byte, error) {
	var layer bytes.Buffer
	w := tar.NewWriter(&layer)
	for _, f := range []struct {
		name string
		mode int64
		id   int
		data []byte
	}{{"data/", 0o700, nobody, nil}, {"gongkai", 0o755, 0, program}, {"tmp/", 0o1777, 0, nil}} {
		h := &tar.Header{Name: f.name, Mode: f.mode, Uid: f.id, Gid: f.id, ModTime: j.at, Size: int64(len(f.data)), Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}
		if f.data == nil {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	diff := fmt.Sprintf("sha256:%x", sha256.Sum256(layer.Bytes()))
	config, err := json.Marshal(map[string]any{
		"architecture": arch, "os": "linux", "created": j.at.Format(time.RFC3339),
		"config": map[string]any{
			"User": fmt.Sprintf("%d:%d", nobody, nobody), "Entrypoint": []string{"/gongkai"},
			"Cmd":          []string{"serve", "--addr", "0.0.0.0:8080", "--data", "/data"},
			"ExposedPorts": map[string]any{"8080/tcp": map[string]any{}}, "Volumes": map[string]any{"/data": map[string]any{}},
			"WorkingDir": "/data",
		},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": []string{diff}},
		"history": []any{map[string]any{"created": j.at.Format(time.RFC3339), "created_by": "gongkai " + j.version}},
	})
	if err != nil {
		return nil, err
	}
	configName := fmt.Sprintf("%x.json", sha256.Sum256(config))
	manifest, err := json.Marshal([]map[string]any{{"Config": configName, "RepoTags": []string{"gongkai:" + tag(j.version)}, "Layers": []string{diff[7:] + "/layer.tar"}}})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	o := tar.NewWriter(z)
	for _, f := range []struct {
		name string
		data []byte
	}{{configName, config}, {diff[7:] + "/layer.tar", layer.Bytes()}, {"manifest.json", manifest}} {
		if err := o.WriteHeader(&tar.Header{Name: f.name, Mode: 0o644, ModTime: j.at, Size: int64(len(f.data)), Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}); err != nil {
			return nil, err
		}
		if _, err := o.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := o.Close(); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// nobody is the user of a container: any number that is nobody's on the host.
const nobody = 65532

// tag is a version as a tag of an image may be written.
func tag(version string) string {
	if version == "" {
		return "dev"
	}
	return version
}
