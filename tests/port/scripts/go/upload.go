package main

import (
    "chilkat"
    "fmt"
    "os"
    "strconv"
)

func main() {
    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    http := chilkat.NewHttp()
    var success bool

    req := chilkat.NewHttpRequest()
    req.SetHttpVerb("POST")
    req.SetPath("/v1/boats/7/picture")
    req.SetContentType("multipart/form-data")
    req.AddParam("title","In the harbour")

    json := chilkat.NewJsonObject()
    json.UpdateInt("crop.x",10)
    json.UpdateInt("crop.y",20)
    req.AddStringForUpload2("meta","",*json.Emit(),"utf-8","application/json")

    success = req.AddFileForUpload2("picture","boat.png","image/png")
    if success == false {
        fmt.Println(req.LastErrorText())
        return
    }

    req.AddHeader("Authorization","Bearer " + os.Getenv("BOATS_TOKEN"))

    port, _ := strconv.Atoi(os.Getenv("BOATS_PORT"))
    resp := http.SynchronousRequest(os.Getenv("BOATS_DOMAIN"),port,false,req)
    if http.LastMethodSuccess() == false {
        fmt.Println(http.LastErrorText())
        http.DisposeHttp()
        req.DisposeHttpRequest()
        json.DisposeJsonObject()
        return
    }

    respStatusCode := resp.StatusCode()
    fmt.Println("Status:", respStatusCode)
    if respStatusCode != 201 {
        fmt.Println("Response Header:")
        fmt.Println(resp.Header())
        fmt.Println("Response Body:")
        fmt.Println(resp.BodyStr())
        fmt.Println("Failed.")
        resp.DisposeHttpResponse()
        http.DisposeHttp()
        req.DisposeHttpRequest()
        json.DisposeJsonObject()
        return
    }

    resp.DisposeHttpResponse()
    fmt.Println("Success.")

    http.DisposeHttp()
    req.DisposeHttpRequest()
    json.DisposeJsonObject()
}
