package vetting

import "gongkai/law"

// An Answer is what a question that was answered with yes means.
type Answer string

// The answers.
const (
	Never   Answer = "never"   // 不得公开
	Partly  Answer = "partly"  // 去掉或者遮盖后可以公开
	Consent Answer = "consent" // 征得同意，或者认定不公开对公共利益有重大影响，才可以公开
	May     Answer = "may"     // 可以不予公开，由机关决定
)

// A Question is one of those that a reviewer answers before a text goes out.
type Question struct {
	Code  string // stable: secret, third, internal, personal, work
	Title string
	Ask   string
	Help  string // what to look for
	Yes   Answer
	Means string // what yes means and what to do
	Cite  law.Cite
	Kinds []Kind // marks that bear on it
}

// Questions are the five questions of the review (审查五问), in the order in which
// they are asked. Who cannot answer one asks 主管部门 or 保密行政管理部门.
func Questions() []Question {
	return []Question{
		{"secret", "国家秘密和安全稳定", "是否涉及国家秘密，或者法律、行政法规禁止公开，或者公开后可能危及国家安全、公共安全、经济安全、社会稳定？",
			"看有没有密级标志、引用的涉密文件、未公开的规划和数据、重要设施的位置和防护。", Never,
			"不得公开。整件不发；能去掉的，去掉后重新审查。不能确定是不是国家秘密的，送保密行政管理部门确定。", cite14, []Kind{SecretMark, HiddenText}},
		{"third", "商业秘密和个人隐私", "是否涉及商业秘密、个人隐私，公开会损害第三方的合法权益？",
			"看企业的成本、客户、技术参数，个人的住址、电话、家庭情况、违法记录。", Consent,
			"不公开。第三方书面同意，或者认定不公开会对公共利益造成重大影响的，可以公开，并把决定和理由书面告知第三方。", cite15, []Kind{Address, Phone, Mail}},
		{"internal", "内部事务和过程性信息", "是否属于人事管理、后勤管理、内部工作流程，或者讨论记录、过程稿、磋商信函、请示报告，或者行政执法案卷？",
			"看有没有讨论稿、请示、会议记录、内部资料等字样。法律、法规、规章规定应当公开的除外。", May,
			"可以不予公开，由本机关决定；决定公开的，写明理由，删去内部字样。", cite16, []Kind{InternalWord}},
		{"personal", "个人信息", "是否写有身份证号、电话、银行账号、住址、健康状况、未成年人等个人信息，超出公示所必需？",
			"看名单的每一列是不是必需，敏感信息有没有遮盖，未成年人能不能被认出。", Partly,
			"遮盖或者删去不必需的部分后公开；依法要公示的项目可以保留。", citePersonal, []Kind{IDNumber, BankCard, Phone, Mail, Address, Minor, Health, Name}},
		{"work", "工作秘密", "是否属于工作秘密：不是国家秘密，但泄露后会给机关履行职责带来不利影响？",
			"看有没有执法检查计划、考试试题、应急处置细节、未定的决策意见、信息系统的安全情况。", Never,
			"不得公开。能去掉的，去掉后重新审查。", citeWorkSecret, []Kind{SecretMark, InternalWord}},
	}
}

// Bearing are the marks that bear on the question.
func (q Question) Bearing(marks []Mark) []Mark {
	var out []Mark
	for _, m := range marks {
		for _, k := range q.Kinds {
			if m.Kind == k {
				out = append(out, m)
				break
			}
		}
	}
	return out
}
