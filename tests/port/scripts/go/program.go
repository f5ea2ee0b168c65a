// Fetches boats and reports their names.
package main

import (
	"fmt"
	"os"
	"strings"

	"chilkat"
)

const shipLength = 10

func describe(name string, length int) string {
	kind := "boat"
	if length >= shipLength {
		kind = "ship"
	}
	return fmt.Sprintf("%s (%s, %d m)", name, kind, length)
}

// fetch returns the text of a boat, which is empty where the server has none.
func fetch(http *chilkat.Http, baseURL string, id int) (string, error) {
	resp := http.QuickRequest("GET", fmt.Sprintf("%s/v1/boats/%d", baseURL, id))
	if resp == nil {
		return "", fmt.Errorf("no response for boat %d", id)
	}
	defer resp.DisposeHttpResponse()

	if resp.StatusCode() != 200 {
		fmt.Printf("boat %d: status %d\n", id, resp.StatusCode())
		return "", nil
	}
	return resp.BodyStr(), nil
}

func main() {
	baseURL := os.Getenv("BOATS_URL")
	http := chilkat.NewHttp()
	defer http.DisposeHttp()

	var names []string
	for _, id := range []int{3, 5, 8} {
		body, err := fetch(http, baseURL, id)
		if err != nil {
			fmt.Println("Failed:", err)
			os.Exit(1)
		}
		if body == "" {
			continue
		}

		boat := chilkat.NewJsonObject()
		boat.Load(body)
		name := *boat.StringOf("name")
		fmt.Println(describe(name, boat.IntOf("length")))
		names = append(names, name)
		boat.DisposeJsonObject()
	}

	if len(names) == 0 {
		fmt.Println("no boats")
		os.Exit(1)
	}

	report := chilkat.NewJsonObject()
	defer report.DisposeJsonObject()
	report.UpdateInt("count", len(names))
	report.UpdateString("names", strings.Join(names, ", "))
	http.PostJson2(baseURL+"/v1/report", "application/json", *report.Emit())
	fmt.Printf("Reported %d boats\n", len(names))
}
