package main

import "github.com/spf13/cobra"

// allowDoubleClick lets a start from the Windows Explorer through: cobra would
// tell people to open a console, but our clerks have no use for one.
func allowDoubleClick() { cobra.MousetrapHelpText = "" }
