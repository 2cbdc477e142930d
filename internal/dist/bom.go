package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
)

// bom is the bill of materials, CycloneDX 1.5 in JSON: every module of the
// programs with version, licence and the hash that go.sum knows it by.
func (j job) bom(mods []module) ([]byte, error) {
	type licence struct {
		License struct {
			ID   string `json:"id,omitempty"`
			Name string `json:"name,omitempty"`
		} `json:"license"`
	}
	type property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	type component struct {
		Type       string     `json:"type"`
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version"`
		PURL       string     `json:"purl,omitempty"`
		Licenses   []licence  `json:"licenses,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	type dependency struct {
		Ref string   `json:"ref"`
		On  []string `json:"dependsOn"`
	}
	self := component{Type: "application", Ref: "gongkai@" + j.version, Name: "gongkai", Version: j.version}
	root := dependency{Ref: self.Ref}
	var parts []component
	for _, m := range mods {
		c := component{Type: "library", Name: m.path, Version: m.version, PURL: "pkg:golang/" + m.path + "@" + m.version}
		c.Ref = c.PURL
		if m.sum != "" {
			c.Properties = []property{{"go.sum", m.sum}}
		}
		for _, l := range m.licences {
			var x licence
			x.License.ID = l
			if l == "public-domain" { // no name of SPDX
				x.License.ID, x.License.Name = "", l
			}
			c.Licenses = append(c.Licenses, x)
		}
		root.On = append(root.On, c.Ref)
		parts = append(parts, c)
	}
	b, err := json.Marshal(parts)
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(append([]byte(j.version), b...))
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // version 8 of RFC 9562: our own contents
	out := map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
		"serialNumber": fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16]),
		"metadata":     map[string]any{"timestamp": j.at.Format(time.RFC3339), "component": self},
		"components":   parts,
		"dependencies": []dependency{root},
	}
	return json.MarshalIndent(out, "", " ")
}
