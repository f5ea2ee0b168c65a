require 'chilkat'

# Prints the email addresses of all users, page by page.
# ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to read users.
zoom = ENV["ZOOM_URL"]
token = ENV["ZOOM_ACCESS_TOKEN"]

http = Chilkat::CkHttp.new()

http.put_AuthToken(token)

# The query parameters. The token of the next page is added later.
queryParams = Chilkat::CkJsonObject.new()
queryParams.UpdateString("status","active")
queryParams.UpdateInt("page_size",2)

pageNumber = 0
morePages = true
while morePages
    # resp is a CkHttpResponse
    resp = http.QuickRequestParams("GET",zoom + "/v2/users",queryParams)
    if (http.get_LastMethodSuccess() == false)
        print http.lastErrorText() + "\n";
        exit
    end

    respStatusCode = resp.get_StatusCode()
    if (respStatusCode >= 400)
        print "Response Status Code = " + respStatusCode.to_s() + "\n";
        print "Response Header:" + "\n";
        print resp.header() + "\n";
        print "Response Body:" + "\n";
        print resp.bodyStr() + "\n";
        print "Failed." + "\n";
        exit
    end

    sbResponseBody = Chilkat::CkStringBuilder.new()
    resp.GetBodySb(sbResponseBody)
    jResp = Chilkat::CkJsonObject.new()
    jResp.LoadSb(sbResponseBody)

    pageNumber = pageNumber + 1
    print "Page " + pageNumber.to_s() + "\n";

    i = 0
    count_i = jResp.SizeOfArray("users")
    while i < count_i
        jResp.put_I(i)
        email = jResp.stringOf("users[i].email")
        print "    " + email + "\n";
        i = i + 1
    end

    nextPageToken = jResp.stringOf("next_page_token")
    queryParams.UpdateString("next_page_token",nextPageToken)
    morePages = (nextPageToken != "")
end

print "Success." + "\n";
