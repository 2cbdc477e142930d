package main

import "os/exec"

// openBrowser opens the address with what Windows has set for web pages.
func openBrowser(address string) error {
	return exec.Command("rundll32", "url.dll,FileProtocolHandler", address).Start()
}
