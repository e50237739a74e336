// The lamplight command: one binary, one box, no network needed.
package main

import (
	"os"

	"lamplight/server/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
