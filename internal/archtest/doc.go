// Package archtest holds no code: its tests keep the shape of the tree. They
// read the source with go/parser, so the test cache cannot hide a bad import.
package archtest
