package act

// The kinds of acts on figures of an annual report that were entered by hand.
// Their body is a [Record].
const (
	CompiledEntered = "compiled.entered" // 手工登记年报数字
	CompiledRemoved = "compiled.removed" // 撤销手工登记
)

func compiledKinds() map[string]Kind {
	return map[string]Kind{
		CompiledEntered: {1, "手工登记年报数字"},
		CompiledRemoved: {1, "撤销年报数字的手工登记"},
	}
}
