package main

import (
    "chilkat"
    "fmt"
    "os"
)

func main() {
    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    http := chilkat.NewHttp()

    http.SetAuthToken(os.Getenv("BOATS_TOKEN"))

    // The following JSON is sent in the request body.

    // {
    //   "hull": {
    //     "paint": "red \"matt\"",
    //     "length": 12
    //   },
    //   "sold": false
    // }

    json := chilkat.NewJsonObject()
    json.UpdateString("hull.paint","red \"matt\"")
    json.UpdateInt("hull.length",12)
    json.UpdateBool("sold",false)

    http.SetRequestHeader("X-Boat","1")

    resp := http.PostJson3(os.Getenv("BOATS_URL") + "/v1/boats","application/json",json)
    if http.LastMethodSuccess() == false {
        fmt.Println(http.LastErrorText())
        http.DisposeHttp()
        json.DisposeJsonObject()
        return
    }

    respStatusCode := resp.StatusCode()
    fmt.Println("Status:", respStatusCode)
    if respStatusCode >= 400 {
        fmt.Println("Response Header:")
        fmt.Println(resp.Header())
        fmt.Println("Response Body:")
        fmt.Println(resp.BodyStr())
        fmt.Println("Failed.")
        resp.DisposeHttpResponse()
        http.DisposeHttp()
        json.DisposeJsonObject()
        return
    }

    resp.DisposeHttpResponse()
    fmt.Println("Success.")

    http.DisposeHttp()
    json.DisposeJsonObject()
}
