require 'chilkat'

# Downloads a recording to meeting.mp4 in this folder. Stops if the folder has a file named stop.
# ZOOM_URL is https://zoom.us here. ZOOM_ACCESS_TOKEN needs permission to read recordings.
zoom = ENV["ZOOM_URL"]
token = ENV["ZOOM_ACCESS_TOKEN"]

http = Chilkat::CkHttp.new()

http.put_AuthToken(token)

# Progress is reported in tenths, from 0 to 10.
http.put_PercentDoneScale(10)
http.PercentDone do |pctDone|
    print "Tenths done = " + pctDone.to_s() + "\n";
    false
end

http.put_HeartbeatMs(100)
http.AbortCheck { File.exist?("stop") }

success = http.Download(zoom + "/rec/download/lorem","meeting.mp4")
if (success == false)
    print http.lastErrorText() + "\n";
    print "Failed." + "\n";
    exit
end

print "Response Status Code = " + http.get_LastStatus().to_s() + "\n";
print "Success." + "\n";
