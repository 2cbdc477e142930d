// Package oversight is how a disclosure office leads: the year's work plan 工作要点,
// monthly dispatch 调度, assessment 考核, rectification 整改, complaints 投诉举报,
// training 培训. It asks nobody: measures are declared by name and whoever holds the
// data answers them. The rhythm — dispatch each month, assess each quarter, score the
// year — is that of practice; every figure of it is a setting.
package oversight
