package translog

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

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

	// Promise stands in place of index, size, proof and checkpoint while the
	// entry waits: the log's signature under the hash of the leaf. The receipt is
	// completed later.
	Promise string `json:"promise,omitempty"`

	// Keys are statements that lead from a key that the reader trusts to the
	// one that signed.
	Keys []string `json:"keys,omitempty"`
}

// Promised reports whether the receipt has a promise only, and no proof yet.
func (r Receipt) Promised() bool { return r.Checkpoint == "" && r.Promise != "" }

// Hash is the hash of the leaf that the receipt is about.
func (r Receipt) Hash() (Hash, error) {
	leaf := []byte(r.Leaf)
	if r.Salt != "" {
		salt, err := hex.DecodeString(r.Salt)
		if err != nil || len(salt) < 16 {
			return Hash{}, fault("leaf", err, "回执里的随机数（salt）损坏，无法核对内容。")
		}
		leaf = Commit(salt, leaf)
	}
	return LeafHash(leaf), nil
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

// promiseFormat names the form of a promise.
const promiseFormat = "gongkai-promise/1"

func promiseText(origin string, leaf Hash, at int64) string {
	return fmt.Sprintf("%s\n%s\n%s\n%d\n", promiseFormat, origin, leaf, at)
}

// NewPromise signs at once that a leaf will be in the log. at is when it was
// taken, in milliseconds since 1970.
func NewPromise(leaf, salt []byte, at int64, k *Key) (Receipt, error) {
	v, err := ReadVerifier(k.Verifier)
	if err != nil {
		return Receipt{}, err
	}
	r := Receipt{Format: ReceiptFormat, Leaf: string(leaf), Salt: hex.EncodeToString(salt), Proof: []Hash{}, Key: KeyName(v)}
	h, err := r.Hash()
	if err != nil {
		return r, err
	}
	b, err := note.Sign(&note.Note{Text: promiseText(k.Name(), h, at)}, k)
	r.Promise = string(b)
	return r, err
}

// verifyPromise checks the signature under the hash of the leaf.
func verifyPromise(r Receipt, trusted Signatories) error {
	h, err := r.Hash()
	if err != nil {
		return err
	}
	n, err := note.Open([]byte(r.Promise), trusted.verifiers())
	if err != nil {
		return unsigned(err, "promise", r, trusted)
	}
	var at int64
	lines := strings.Split(n.Text, "\n")
	if len(lines) == 5 {
		at, err = strconv.ParseInt(lines[3], 10, 64)
	}
	if err != nil || n.Text != promiseText(n.Sigs[0].Name, h, at) {
		return fault("leaf", err, "回执所载的内容不是本站当时签收的内容：内容、随机数或签收文字中至少有一处被改动过。")
	}
	return nil
}

// unsigned says why no trusted key signed.
func unsigned(err error, part string, r Receipt, trusted Signatories) error {
	var unknown *note.UnverifiedNoteError
	if errors.As(err, &unknown) {
		return fault("key", err, "回执上的签名不是用这个公钥对应的密钥签的（回执写的公钥是 %.80s，验证用的是 %s）。可能拿错了公钥，也可能回执是别人伪造的。", r.Key, KeyName(trusted[0]))
	}
	return fault(part, err, "回执里的签名不成立：签名所盖的文字被改动过，或者签名是假的。")
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
// a log of that key, or of one that it vouches for, has committed to exactly
// this content — or, where the receipt is [Receipt.Promised], has promised to.
// Else it is a *Fault that says in Chinese what does not hold. vouches are
// statements about keys beside those on the receipt.
func VerifyReceipt(r Receipt, verifierKey string, vouches ...string) error {
	trusted, err := Trust(verifierKey, append(slices.Clip(vouches), r.Keys...)...)
	if err != nil {
		return fault("key", err, "验证公钥的写法不对。公钥是“名称+八位代号+一串字符”的一行文字，请从公开存证页完整复制。")
	}
	if r.Format != ReceiptFormat {
		return fault("format", nil, "文件不是本程序能识别的存证回执（格式应为 %s）。", ReceiptFormat)
	}
	if r.Promised() {
		return verifyPromise(r, trusted)
	}
	c, by, err := trusted.Open([]byte(r.Checkpoint))
	switch {
	case errors.Is(err, ErrRetired):
		return fault("key", err, "签这份回执的密钥当时已经停用：同一本存证早已换了新密钥。回执可能是拿到旧密钥的人伪造的。")
	case err != nil:
		if f := unsigned(err, "checkpoint", r, trusted); f.(*Fault).Part == "key" {
			return f
		}
		return fault("checkpoint", err, "回执里的检查点签名不成立：检查点的文字被改动过，或者签名是假的。")
	case r.Key != KeyName(trusted[by]):
		return fault("key", nil, "回执写的公钥名称 %.80s 与签名所用的公钥 %s 不一致，回执被改动过。", r.Key, KeyName(trusted[by]))
	case r.Size != c.Size:
		return fault("checkpoint", nil, "回执写的存证总数 %d 与签名检查点里的 %d 不一致，回执被改动过。", r.Size, c.Size)
	case r.Index < 0 || r.Index >= c.Size:
		return fault("proof", nil, "回执写的序号 %d 超出了检查点的范围（共 %d 条）。", r.Index, c.Size)
	}
	h, err := r.Hash()
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(r.Proof, c.Size, c.Root, r.Index, h); err != nil {
		return fault("proof", err, "从第 %d 条的内容推算不出检查点里的总摘要：回执所载的内容、序号或证明中至少有一处被改动过，这份内容没有以这个样子存证。", r.Index)
	}
	return nil
}
