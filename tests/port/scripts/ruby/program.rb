# frozen_string_literal: true

# Reports the boats that the harbour master asked for.

require 'chilkat'

BASE_URL = ENV.fetch("BOATS_URL")
IDS = [3, 5, 8].freeze

# What a boat is called depends on its length.
def describe(name, length)
  kind = length >= 10 ? "ship" : "boat"
  "#{name} (#{kind}, #{length} m)"
end

def fetch_boat(http, id)
  resp = http.QuickRequest("GET", "#{BASE_URL}/v1/boats/#{id}")
  raise "no response for boat #{id}" unless http.get_LastMethodSuccess()

  unless resp.get_StatusCode() == 200
    puts "boat #{id}: status #{resp.get_StatusCode()}"
    return nil
  end

  json = Chilkat::CkJsonObject.new()
  json.Load(resp.bodyStr())
  json
end

def report(http, names)
  json = Chilkat::CkJsonObject.new()
  json.UpdateInt("count", names.length)
  json.UpdateString("names", names.join(", "))
  http.PostJson2("#{BASE_URL}/v1/report", "application/json", json.emit())
  raise "the report was not sent" if http.get_LastMethodSuccess() == false
end

http = Chilkat::CkHttp.new()
names = []

begin
  IDS.each do |id|
    boat = fetch_boat(http, id)
    next if boat.nil?

    name = boat.stringOf("name")
    puts describe(name, boat.IntOf("length"))
    names << name
  end

  if names.empty?
    puts "no boats"
    exit 1
  end

  report(http, names)
  puts "Reported #{names.length} boats"
rescue StandardError => e
  puts "Failed: #{e.message}"
  exit 1
end
