package main

import (
	"chilkat"
	"fmt"
	"os"
)

func main() {
	// The boat's name is kept as a hash.
	crypt := chilkat.NewCrypt2()
	crypt.SetHashAlgorithm("sha256")
	crypt.SetEncodingMode("hex")
	hash := *crypt.HashStringENC("Ida")
	fmt.Println("Hash:", hash)
	crypt.DisposeCrypt2()

	http := chilkat.NewHttp()
	text := http.QuickGetStr(os.Getenv("BOATS_URL") + "/v1/boats/3")
	if text == nil {
		fmt.Println(http.LastErrorText())
		return
	}

	json := chilkat.NewJsonObject()
	json.Load(*text)
	fmt.Println("Name:", *json.StringOf("name"))
}
