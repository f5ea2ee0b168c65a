import com.chilkatsoft.*;

public class Token {
    static {
        System.loadLibrary("chilkat");
    }

    public static void main(String[] args) {
        // The boat's papers are in XML.
        CkXml xml = new CkXml();
        xml.put_Tag("papers");
        xml.NewChild2("owner", "Zoe");
        String papers = xml.getXml();
        System.out.println("Papers: " + papers);

        CkHttp http = new CkHttp();
        String text = http.quickGetStr(System.getenv("BOATS_URL") + "/v1/boats/3");
        if (http.get_LastMethodSuccess() == false) {
            System.out.println(http.lastErrorText());
            return;
        }
        CkJsonObject json = new CkJsonObject();
        json.Load(text);
        System.out.println("Name: " + json.stringOf("name"));
    }
}
