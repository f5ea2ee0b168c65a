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
    var success bool

    sbResponseBody := chilkat.NewStringBuilder()
    success = http.QuickGetSb(os.Getenv("BOATS_URL") + "/v1/boats?color=red",sbResponseBody)
    if success == false {
        fmt.Println(http.LastErrorText())
        http.DisposeHttp()
        sbResponseBody.DisposeStringBuilder()
        return
    }

    jResp := chilkat.NewJsonObject()
    jResp.LoadSb(sbResponseBody)
    jResp.SetEmitCompact(false)

    respStatusCode := http.LastStatus()
    fmt.Println("Status:", respStatusCode)

    var name *string = new(string)

    i := 0
    count_i := jResp.SizeOfArray("boats")
    for i < count_i {
        jResp.SetI(i)
        name = jResp.StringOf("boats[i].name")
        fmt.Println(*name)
        i = i + 1
    }

    http.DisposeHttp()
    sbResponseBody.DisposeStringBuilder()
    jResp.DisposeJsonObject()
}
