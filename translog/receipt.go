package translog

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ReceiptFormat names the form of a receipt.
const ReceiptFormat = "gongkai-receipt/1"

// MaxReceipt bounds a receipt, in bytes.
const MaxReceipt = 256 << 10

// A Receipt proves without the log's help that a leaf is in it (存证回执).
type Receipt struct {
	Format     string `json:"format"`
	Leaf       string `json:"leaf"`           // the content, byte for byte as it was hashed
	Salt       string `json:"salt,omitempty"` // hex, if the content is private
	Index      int64  `json:"index"`          // number of the leaf, from 0
	Size       int64  `json:"size"`           // of the log that the proof is for
	Proof      []Hash `json:"proof"`          // from the leaf upwards
	Checkpoint string `json:"checkpoint"`     // signed note
	Key        string `json:"key"`            // name of the verifier key, "name+hash"; the key itself comes from elsewhere
}

// A Fault is why a receipt does not hold. Part is the field that is wrong, Text
// says it in Chinese.
type Fault struct {
	Part string // "format", "checkpoint", "key", "leaf", "proof"
	Text string
	Err  error
}

func (f *Fault) Error() string { return "translog: receipt: " + f.Part + ": " + f.Text }

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Err }

func fault(part string, err error, text string, args ...any) error {
	return &Fault{part, fmt.Sprintf(text, args...), err}
}

// NewReceipt proves the leaf of an index against a checkpoint. salt is nil for
// public content.
func NewReceipt(leaf, salt []byte, index int64, checkpoint []byte, v note.Verifier, r tlog.HashReader) (Receipt, error) {
	c, err := OpenCheckpoint(checkpoint, v)
	if err != nil {
		return Receipt{}, err
	}
	p, err := tlog.ProveRecord(c.Size, index, r)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Format: ReceiptFormat, Leaf: string(leaf), Salt: hex.EncodeToString(salt), Index: index, Size: c.Size,
		Proof: p, Checkpoint: string(checkpoint), Key: KeyName(v)}, nil
}

// ParseReceipt reads a receipt. What is no receipt is a *Fault.
func ParseReceipt(b []byte) (Receipt, error) {
	var r Receipt
	if len(b) > MaxReceipt {
		return r, fault("format", nil, "文件过大，不是存证回执。")
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if err := json.Unmarshal(b, &r); err != nil {
		return r, fault("format", err, "文件不是存证回执，或者在保存、转发中损坏了（不是完整的 JSON）。请重新下载回执。")
	}
	if r.Format != ReceiptFormat {
		return r, fault("format", nil, "文件不是本程序能识别的存证回执（格式应为 %s）。", ReceiptFormat)
	}
	return r, nil
}

// VerifyReceipt checks a receipt with a verifier key, offline. It returns nil if
// a log of that key has committed to exactly this content, else a *Fault that
// says in Chinese what does not hold.
func VerifyReceipt(r Receipt, verifierKey string) error {
	v, err := ReadVerifier(verifierKey)
	if err != nil {
		return fault("key", err, "验证公钥的写法不对。公钥是“名称+八位代号+一串字符”的一行文字，请从公开存证页完整复制。")
	}
	if r.Format != ReceiptFormat {
		return fault("format", nil, "文件不是本程序能识别的存证回执（格式应为 %s）。", ReceiptFormat)
	}
	c, err := OpenCheckpoint([]byte(r.Checkpoint), v)
	var unknown *note.UnverifiedNoteError
	switch {
	case errors.As(err, &unknown):
		return fault("key", err, "回执上的签名不是用这个公钥对应的密钥签的（回执写的公钥是 %.80s，验证用的是 %s）。可能拿错了公钥，也可能回执是别人伪造的。", r.Key, KeyName(v))
	case err != nil:
		return fault("checkpoint", err, "回执里的检查点签名不成立：检查点的文字被改动过，或者签名是假的。")
	case r.Key != KeyName(v):
		return fault("key", nil, "回执写的公钥名称 %.80s 与签名所用的公钥 %s 不一致，回执被改动过。", r.Key, KeyName(v))
	case r.Size != c.Size:
		return fault("checkpoint", nil, "回执写的存证总数 %d 与签名检查点里的 %d 不一致，回执被改动过。", r.Size, c.Size)
	case r.Index < 0 || r.Index >= c.Size:
		return fault("proof", nil, "回执写的序号 %d 超出了检查点的范围（共 %d 条）。", r.Index, c.Size)
	}
	leaf := []byte(r.Leaf)
	if r.Salt != "" {
		salt, err := hex.DecodeString(r.Salt)
		if err != nil || len(salt) < 16 {
			return fault("leaf", err, "回执里的随机数（salt）损坏，无法核对内容。")
		}
		leaf = Commit(salt, leaf)
	}
	if err := tlog.CheckRecord(r.Proof, c.Size, c.Root, r.Index, LeafHash(leaf)); err != nil {
		return fault("proof", err, "从第 %d 条的内容推算不出检查点里的总摘要：回执所载的内容、序号或证明中至少有一处被改动过，这份内容没有以这个样子存证。", r.Index)
	}
	return nil
}
